import { randomBytes } from 'node:crypto'

const traceparent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/
const noTrace = '0'.repeat(32)

/**
 * A W3C `traceparent` for a step of this process: the next span of the trace that `incoming` names, or of a new trace
 * when it names none.
 */
export const continueTrace = (incoming: string | undefined): string => {
  const [, trace, flags = '01'] = traceparent.exec(incoming ?? '') ?? []
  const id = trace === undefined || trace === noTrace ? randomBytes(16).toString('hex') : trace
  return `00-${id}-${randomBytes(8).toString('hex')}-${flags}`
}
