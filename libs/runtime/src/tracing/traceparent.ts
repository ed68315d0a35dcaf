import { randomBytes } from 'node:crypto'

/** What a W3C `traceparent` of version 00 says: ids in hex. */
export type TraceContext = { readonly traceId: string; readonly spanId: string; readonly isSampled: boolean }

const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/
const isZero = (hex: string): boolean => /^0+$/.test(hex)

/** Reads a `traceparent`; anything else than a valid one is none. */
export const readTraceparent = (text: string | undefined): TraceContext | undefined => {
  const [, traceId, spanId, flags] = form.exec(text ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  if (isZero(traceId) || isZero(spanId)) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

export const writeTraceparent = ({ traceId, spanId, isSampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`

/** Whether somebody keeps the spans of the trace that this names. */
export const isTraced = (traceparent: string | undefined): traceparent is string =>
  traceparent !== undefined && readTraceparent(traceparent)?.isSampled === true

/**
 * A W3C `traceparent` for a step of this process of which no span is kept: the next of the trace that `incoming` names, or of a
 * new one when it names none. By it what one command wrote into the log can be told.
 * @param isLive false where the trace is over: then nobody keeps more spans of it
 */
export const continueTrace = (incoming: string | undefined, isLive = true): string => {
  const { traceId, isSampled } = readTraceparent(incoming) ?? {
    traceId: randomBytes(16).toString('hex'),
    isSampled: false,
  }
  return writeTraceparent({ traceId, spanId: randomBytes(8).toString('hex'), isSampled: isSampled && isLive })
}
