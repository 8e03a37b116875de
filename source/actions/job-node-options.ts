/**
How Node runs the process of a job. Most of what it holds on behalf of many instances is passing: a larger young generation only
keeps more of it, some 30 MB at 50 instances, and is no faster.
*/
export const jobNodeOptions: readonly string[] = ['--enable-source-maps', '--max-semi-space-size=2'];
