/**
How Node runs the process of a job. Most of what it holds on behalf of many instances is passing: a larger young generation, or
more arenas of the C library, only keep more of it: 45 MB at 200 instances.
*/
export const jobNodeOptions: readonly string[] = ['--enable-source-maps', '--max-semi-space-size=1'];
export const jobNodeEnvironment: Readonly<Record<string, string>> = {MALLOC_ARENA_MAX: '2'};
