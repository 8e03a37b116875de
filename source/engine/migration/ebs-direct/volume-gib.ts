/** Size of the EBS volume a disk fits into, in GiB. */
export const volumeGibOf = (sizeBytes: number): number => Math.max(1, Math.ceil(sizeBytes / 2 ** 30));
