import { worker as de } from './de/worker.ts'
import { worker as en } from './en/worker.ts'
import { locale } from './index.ts'

/** The words that the worker has of its own, for the app that speaks in its place. */
export const workerWords = (): typeof en => (locale.startsWith('de') ? de : en)
