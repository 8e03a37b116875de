#!/bin/bash
# exp1-mpi.sh: the same kind of run by MPI, for an image with openmpi-bin and python3-mpi4py. Open MPI starts one process for
# each processor of each host in the hostfile; every host needs the program. Leaves /tmp/output.txt, then /tmp/done.txt.
set -euo pipefail

while read -r host; do
	scp -q -o StrictHostKeyChecking=yes /tmp/ring.py "$host:/tmp/ring.part"
	ssh -n -o StrictHostKeyChecking=yes "$host" mv /tmp/ring.part /tmp/ring.py
done <"$D2C_MPI_HOSTFILE"
mpirun --hostfile "$D2C_MPI_HOSTFILE" python3 /tmp/ring.py >/tmp/output.txt
echo done >/tmp/done.txt
