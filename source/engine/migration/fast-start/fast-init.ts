/** Where the kernel finds it, when asked by `rdinit=`. */
export const fastInitPath = '/d2cm-init';

/**
The first program of an initramfs made by initramfs-tools, for a machine whose root we know: a partition of its first virtio
disk. It loads two drivers and mounts, instead of starting udev and asking every device for its driver. Whatever is not as
expected is left to the initramfs's own init. The file system was checked when it was migrated, so it is not checked again.
*/
export function fastInit({partition, uuid}: {readonly partition: number; readonly uuid: string}): string {
	const device = `/dev/vda${partition}`;
	return `#!/bin/sh
export PATH=/sbin:/usr/sbin:/bin:/usr/bin
give_up() {
	umount /root /run /dev /proc /sys 2>/dev/null
	exec /init "$@"
}

mkdir -p /sys /proc /dev /run /root
mount -t sysfs -o nodev,noexec,nosuid sysfs /sys
mount -t proc -o nodev,noexec,nosuid proc /proc
mount -t devtmpfs -o nosuid,mode=0755 udev /dev
for module in virtio_pci virtio_blk ext4; do
	modprobe -qb "$module"
done
[ -b ${device} ] && [ "$(blkid -s UUID -o value ${device})" = ${uuid} ] || give_up "$@"
mount -t ext4 -o ro ${device} /root || give_up "$@"
[ -h /root/sbin/init ] || [ -x /root/sbin/init ] || give_up "$@"

mount -t tmpfs -o nodev,noexec,nosuid,size=10%,mode=0755 tmpfs /run
mkdir /run/initramfs
: >/run/initramfs/fsck-root
mount -n -o move /run /root/run
mount -n -o move /dev /root/dev
mount -n -o move /sys /root/sys
mount -n -o move /proc /root/proc
exec run-init /root /sbin/init "$@" <"/root/dev/console" >"/root/dev/console" 2>&1
`;
}
