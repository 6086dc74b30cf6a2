/*
 * Lets a short collection interrupt a full one that goes on beside the program. The collector's thread looks, between two pieces of
 * marking, whether a suspension is pending; but ahead-of-time runtimes never tell it (dotnet/runtime#132064), and everybody waits
 * until all of the heap has been marked: 270 ms beside a queue of 300 000 jobs. Linked with --wrap. If a later runtime has no such
 * functions, linking fails, and if it tells the collector itself, this does no harm: then all of this can go.
 */
#include <stdatomic.h>
#include <stdint.h>

/* gc/gccommon.cpp: how many suspensions are pending. */
extern _Atomic int32_t g_fSuspensionPending;

/* GCToEEInterface::SuspendEE(SUSPEND_REASON): returns when all threads that run managed code have stopped. */
void __real__ZN15GCToEEInterface9SuspendEEE14SUSPEND_REASON(int reason);
void __wrap__ZN15GCToEEInterface9SuspendEEE14SUSPEND_REASON(int reason);

void __wrap__ZN15GCToEEInterface9SuspendEEE14SUSPEND_REASON(int reason)
{
	atomic_fetch_add(&g_fSuspensionPending, 1);
	__real__ZN15GCToEEInterface9SuspendEEE14SUSPEND_REASON(reason);
	atomic_fetch_sub(&g_fSuspensionPending, 1);
}
