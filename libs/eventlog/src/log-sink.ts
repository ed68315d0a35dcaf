/** Where this library writes its log lines: the part of a pino logger it needs. */
export type LogSink = Record<'info' | 'warn' | 'error', (facts: object, message: string) => void>
