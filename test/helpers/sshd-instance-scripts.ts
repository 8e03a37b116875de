/**
Becomes the keeper of one instance: its process's end is the end of all that runs in it. `lock` is held by every process of
the instance, so no instance starts twice. Only one can make `init.pid`: the keeper, or a terminator that comes before it, after
which it is never born. `terminated` is looked for after that, and a terminator writes it before: one of the two sees the other.
*/
export const startScript = `cd "$1" || exit 1
exec flock -n -F lock sh -c '
	[ -e init.pid ] && exit 0
	read -r stat </proc/$$/stat
	set -- $stat
	echo "$$ \${22}" >init.pid.new && ln init.pid.new init.pid 2>/dev/null || exit 0
	[ -e terminated ] && exit 0
	read -r flags <given/unshare.flags
	exec unshare $flags -m -u -p -f --kill-child sh given/boot
'
`;

/**
The boot of an instance, as process 1 of its own mount, pid and uts namespaces: the whole file system is a private
copy-on-write view of this machine's (where the kernel does not allow that: its programs, and a copy of /etc), with empty
/tmp, /var/tmp, /root and /run, all on one small disk in memory.
*/
export const bootScript = `set -e
exec </dev/null
here=$PWD
. ./given/facts
mount -t tmpfs -o "size=$diskSize,mode=755" disk "$here/disk"
new=$here/disk/root
mkdir "$here/disk/up" "$here/disk/work" "$here/disk/fresh" "$new"
if ! mount -t overlay -o "lowerdir=/,upperdir=$here/disk/up,workdir=$here/disk/work" overlay "$new" 2>/dev/null; then
	mount --bind "$new" "$new"
	for entry in /*; do
		if [ -L "$entry" ]; then
			cp -P "$entry" "$new/"
		elif [ -d "$entry" ]; then
			mkdir "$new$entry"
			case $entry in
			/etc) cp -rP /etc "$new/" 2>/dev/null || true ;;
			/usr | /bin | /sbin | /lib*) mount --rbind "$entry" "$new$entry" ;;
			esac
		fi
	done
	mkdir -p "$new/var/tmp"
fi
for folder in dev sys; do mount --rbind "/$folder" "$new/$folder"; done
for folder in tmp var/tmp root run; do
	mkdir -p "$here/disk/fresh/$folder"
	mount --bind "$here/disk/fresh/$folder" "$new/$folder"
done
chmod 1777 "$new/tmp" "$new/var/tmp"
chmod 700 "$new/root"
mkdir -m 755 "$new/run/sshd" "$new/run/old"
mount -t proc proc "$new/proc"

# What would end a machine ends this instance only, and leaves a line on its console. No other is in the PATH of a login.
mkdir "$new/run/ends"
for name in poweroff shutdown halt reboot; do
	printf '#!/bin/sh\\necho "$(basename "$0") $*" >/proc/1/fd/1\\nkill -TERM 1\\n' >"$new/run/ends/$name"
	chmod 755 "$new/run/ends/$name"
done
# It reads no configuration that could tell it the port.
[ "$port" = 22 ] || {
	printf '#!/bin/sh\\nexec "%s" -p %s "$@"\\n' "$(command -v ssh-keyscan)" "$port" >"$new/run/ends/ssh-keyscan"
	chmod 755 "$new/run/ends/ssh-keyscan"
}

hostname "$hostName"
echo "$hostName" >"$new/etc/hostname"
echo "127.0.0.1 localhost" >"$new/etc/hosts"
{ echo "root:x:0:0:root:/root:/bin/bash"; grep -v '^root:' /etc/passwd; } >"$new/etc/passwd.new"
mv "$new/etc/passwd.new" "$new/etc/passwd"
printf 'root:*:19000:0:99999:7:::\\n' >"$new/etc/shadow"
rm -rf "$new/etc/ssh"
cp -r "$here/given/ssh" "$new/etc/ssh"
chmod 644 "$new/etc/ssh/ssh_config" # Every user of the instance reads there which port is meant.
# Host keys of its own it shows on its console, as cloud-init does.
ls "$new"/etc/ssh/ssh_host_*_key >/dev/null 2>&1 || {
	for type in ed25519 ecdsa; do
		ssh-keygen -q -t $type -N '' -f "$new/etc/ssh/ssh_host_\${type}_key"
	done
	echo '-----BEGIN SSH HOST KEY KEYS-----'
	cat "$new"/etc/ssh/ssh_host_*_key.pub
	echo '-----END SSH HOST KEY KEYS-----'
}
mkdir -m 700 "$new/root/.ssh"
[ ! -e "$here/given/authorized_keys" ] || cp "$here/given/authorized_keys" "$new/root/.ssh/authorized_keys"
chmod 600 "$new/root/.ssh"/* 2>/dev/null || true
[ -z "$loginUser" ] || {
	echo "127.0.1.1 $hostName" >>"$new/etc/hosts" # Without it sudo says that it does not know where it is.
	echo "$loginUser:x:4711:4711::/home/$loginUser:/bin/bash" >>"$new/etc/passwd"
	echo "$loginUser:x:4711:" >>"$new/etc/group"
	echo "$loginUser:*:19000:0:99999:7:::" >>"$new/etc/shadow"
	home=$new/home/$loginUser
	mkdir -p "$home"
	mkdir -m 700 "$home/.ssh"
	cp "$here/given/authorized_keys_of_user" "$home/.ssh/authorized_keys"
	chown -R 4711:4711 "$home"
	{
		# As poweroff is to be found by root, too.
		echo 'Defaults secure_path="/run/ends:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"'
		[ "$sudo" != free ] || echo "$loginUser ALL=(ALL) NOPASSWD:ALL"
		[ "$sudo" != password ] || echo "$loginUser ALL=(ALL) ALL"
	} >"$new/etc/sudoers.d/90-cloud-init-users"
	chmod 440 "$new/etc/sudoers.d/90-cloud-init-users"
}
[ ! -e "$here/given/bootcmd" ] || cp "$here/given/bootcmd" "$new/run/bootcmd"

cd "$new"
pivot_root . run/old
umount -l /run/old
rmdir /run/old
cd /
[ ! -e /run/bootcmd ] || PATH=/run/ends:$PATH sh /run/bootcmd || echo 'a boot command failed'
[ -z "$bootDelaySeconds" ] || sleep "$bootDelaySeconds"
echo "$hostName login:"
[ "$withSshd" = yes ] || exec sleep infinity
exec /usr/sbin/sshd -D -e -f /etc/ssh/sshd_config
`;

export const sshdConfig = (address: string, port: number) => `ListenAddress ${address}:${port}
AuthorizedKeysFile .ssh/authorized_keys
PidFile /run/sshd.pid
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
SetEnv PATH=/run/ends:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
Subsystem sftp /usr/lib/openssh/sftp-server
`;
