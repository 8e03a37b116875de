"""Says hello from every process, passes a token round the ring of them, then a megabyte, too large to be sent unasked."""

import os

from mpi4py import MPI

world = MPI.COMM_WORLD
rank, size = world.Get_rank(), world.Get_size()
following, preceding = (rank + 1) % size, (rank - 1) % size

hellos = world.gather(f"hello from process {rank} of {size} on {MPI.Get_processor_name()}")
if rank == 0:
    print("\n".join(hellos), flush=True)

# Only the first host has the variables of the script that called mpirun.
laps = world.bcast(int(os.environ["D2CM_PROBLEM_SIZE"]) if rank == 0 else None)
token = 0
for _ in range(laps):
    if rank == 0:
        world.send(token + 1, following)
        token = world.recv(source=preceding)
    else:
        world.send(world.recv(source=preceding) + 1, following)
if rank == 0:
    print(f"the token took {token} steps in {laps} laps", flush=True)

got = bytearray(1_000_000)
world.Sendrecv(bytes([rank % 256]) * len(got), following, recvbuf=got, source=preceding)
whole = world.reduce(int(set(got) == {preceding % 256}))
if rank == 0:
    print(f"{whole} of {size} processes got the megabyte whole", flush=True)
