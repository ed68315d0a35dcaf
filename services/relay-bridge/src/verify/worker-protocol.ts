/** To a worker: events as one JSON array, because one string crosses threads at the price of a copy. */
export type VerifyJob = { readonly batch: number; readonly events: string }

/** From a worker: per event 1 = id and signature are right, 0 = they are not; and the CPU time it has used in all. */
export type VerifyAnswer = { readonly batch: number; readonly verdicts: Uint8Array; readonly cpuMicros: number }
