import { createServer, type ServerResponse } from 'node:http'
import { listen } from './http-counterpart.ts'
import { bytesOf, type Fields, numberOf, readFields, textOf } from './protobuf.ts'

/** A span as it was received. Ids in hex; `parent` is empty where a trace begins. */
export type ReceivedSpan = {
  readonly service: string
  readonly traceId: string
  readonly spanId: string
  readonly parent: string
  readonly name: string
  readonly kind: number
  readonly attributes: Readonly<Record<string, string | number>>
  readonly links: readonly { traceId: string; spanId: string }[]
  readonly events: number
  readonly isError: boolean
}

export type OtlpFault = 'silent' | 'refusing' | 'cutting'

export type OtlpCounterpart = {
  readonly endpoint: string
  readonly spans: readonly ReceivedSpan[]
  /** Every byte of every body that came. */
  readonly bodies: readonly Buffer[]
  /** Headers of the last request. */
  readonly headers: () => Readonly<Record<string, string | string[] | undefined>>
  /** From now on every request meets this; without one all is well again. */
  readonly fault: (kind?: OtlpFault) => void
  readonly stop: () => Promise<void>
}

const scalarOf = (value: Fields): string | number => (value.has(3) ? numberOf(value, 3) : textOf(value, 1))

const attributesOf = (fields: Fields, field: number): Record<string, string | number> =>
  Object.fromEntries(
    bytesOf(fields, field).map((bytes) => {
      const pair = readFields(bytes)
      const [value] = bytesOf(pair, 2)
      return [textOf(pair, 1), value ? scalarOf(readFields(value)) : '']
    }),
  )

const hexOf = (fields: Fields, field: number): string => bytesOf(fields, field)[0]?.toString('hex') ?? ''

const spanOf = (bytes: Buffer, service: string): ReceivedSpan => {
  const span = readFields(bytes)
  const [status] = bytesOf(span, 15)
  return {
    service,
    traceId: hexOf(span, 1),
    spanId: hexOf(span, 2),
    parent: hexOf(span, 4),
    name: textOf(span, 5),
    kind: numberOf(span, 6),
    attributes: attributesOf(span, 9),
    events: bytesOf(span, 11).length,
    links: bytesOf(span, 13).map((link) => {
      const fields = readFields(link)
      return { traceId: hexOf(fields, 1), spanId: hexOf(fields, 2) }
    }),
    isError: status !== undefined && numberOf(readFields(status), 3) === 2,
  }
}

/** ExportTraceServiceRequest of opentelemetry-proto. */
const spansIn = (body: Buffer): ReceivedSpan[] =>
  bytesOf(readFields(body), 1).flatMap((resourceSpans) => {
    const fields = readFields(resourceSpans)
    const [resource] = bytesOf(fields, 1)
    const service = resource ? String(attributesOf(readFields(resource), 1)['service.name'] ?? '') : ''
    return bytesOf(fields, 2).flatMap((scope) => bytesOf(readFields(scope), 2).map((span) => spanOf(span, service)))
  })

/** What takes traces by OTLP over HTTP (protobuf), on a free port of 127.0.0.1. */
export const startOtlpCounterpart = async (port?: number): Promise<OtlpCounterpart> => {
  const spans: ReceivedSpan[] = []
  const bodies: Buffer[] = []
  let headers: Readonly<Record<string, string | string[] | undefined>> = {}
  let fault: OtlpFault | undefined

  const misbehave = (kind: OtlpFault, response: ServerResponse): void => {
    if (kind === 'refusing') response.writeHead(400).end()
    if (kind === 'cutting') response.destroy()
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      headers = request.headers
      if (fault) return misbehave(fault, response)
      if (request.method !== 'POST' || request.url !== '/v1/traces') return response.writeHead(404).end()
      const body = Buffer.concat(chunks)
      bodies.push(body)
      spans.push(...spansIn(body))
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  const endpoint = `http://127.0.0.1:${await listen(server, port)}`
  return {
    endpoint,
    spans,
    bodies,
    headers: () => headers,
    fault: (kind) => {
      fault = kind
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
