#!/bin/sh
# Cleans up after a job (slurm.conf's Epilog): on one partition for a long time.
[ "$SLURM_JOB_PARTITION" != untidy ] || sleep 35
