/** The step that tells that data which were asked for are missing; written to journals. */
export const holdStep = 'hold';
