import { z } from 'zod'
import { kind, type Loaded, setting } from '../settings.ts'

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/

/** `name=value,name=value`, values percent-encoded, as OpenTelemetry has it. Given as a function, so that nothing that prints a config prints it. */
const headers = z
  .string()
  .max(8_192, 'must be at most 8192 characters')
  .transform((text, context): (() => Readonly<Record<string, string>>) => {
    const pairs = text.split(',').filter((pair) => pair.trim() !== '')
    const read: Record<string, string> = {}
    for (const pair of pairs) {
      const [name = '', ...rest] = pair.split('=')
      const value = decoded(rest.join('=').trim())
      if (!headerName.test(name.trim()) || !value || !/^[\t\x20-\x7e]+$/.test(value)) {
        context.addIssue('must be headers like name=value, comma-separated, values percent-encoded')
        return z.NEVER
      }
      read[name.trim().toLowerCase()] = value
    }
    return () => read
  })

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Settings of traces, the same for every service. */
export const tracingSettings = {
  otlpEndpoint: setting({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    flag: '--otlp-endpoint',
    description:
      'Collector that takes traces by OTLP over HTTP (protobuf), e.g. http://collector:4318. Default: there are no traces.',
    schema: kind.httpUrl.optional(),
  }),
  otlpHeaders: setting({
    env: 'OTEL_EXPORTER_OTLP_HEADERS',
    flag: '--otlp-headers',
    description: 'Headers for that collector, e.g. authorization=Bearer%20abc, comma-separated.',
    schema: headers.optional(),
    secret: true,
  }),
  tracesRatio: setting({
    env: 'KEZ_TRACES_RATIO',
    flag: '--traces-ratio',
    description: 'Share of traces that are kept, from 0 to 1.',
    schema: kind.text
      .regex(/^(0|1|[01]?\.\d{1,9}|1\.0{1,9})$/, 'must be a number from 0 to 1')
      .transform(Number)
      .refine((ratio) => ratio <= 1, 'must be a number from 0 to 1'),
    default: '0.01',
  }),
} as const

export type TracingConfig = Loaded<typeof tracingSettings>

/** The gateway's: nobody else is asked by strangers. */
export const joinCallersSetting = setting({
  env: 'KEZ_TRACES_JOIN_CALLERS',
  flag: '--traces-join-callers',
  description:
    'Whether a traceparent in HTTP requests is continued. Only behind a proxy that sets it anew: else anybody can have everything traced.',
  schema: kind.flag,
  default: 'false',
})
