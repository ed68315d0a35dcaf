import { expect, test } from 'vitest'
import { loadSettings } from '../settings.ts'
import { tracingSettings } from './settings.ts'

const load = (env: Record<string, string>) => loadSettings(tracingSettings, env)

test('without a collector there are no traces, and of each hundred one would be kept', () => {
  expect(load({})).toEqual({
    otlpEndpoint: undefined,
    otlpHeaders: undefined,
    tracesRatio: 0.01,
  })
})

test('headers are read as OpenTelemetry has them, and a config that is printed shows none of them', () => {
  const config = load({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example.org/',
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20abc, x-scope = team=a ',
  })
  expect(config.otlpEndpoint).toBe('https://collector.example.org')
  expect(config.otlpHeaders?.()).toEqual({ authorization: 'Bearer abc', 'x-scope': 'team=a' })
  expect(JSON.stringify(config)).not.toContain('abc')
})

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', /must be an http or https URL/],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization', /must be headers like name=value/],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a b=secret', /must be headers like name=value/],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%0asecret', /must be headers like name=value/],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%secret', /must be headers like name=value/],
  ['KEZ_TRACES_RATIO', '1.5', /must be a number from 0 to 1/],
  ['KEZ_TRACES_RATIO', '-1', /must be a number from 0 to 1/],
  ['KEZ_TRACES_RATIO', '1e-3', /must be a number from 0 to 1/],
])('%s=%s is refused, and no secret is repeated', (name, value, message) => {
  expect(() => load({ [name]: value })).toThrow(message)
  if (name.endsWith('HEADERS')) expect(() => load({ [name]: value })).not.toThrow(/secret/)
})

test.each([
  ['0', 0],
  ['1', 1],
  ['0.25', 0.25],
  ['.5', 0.5],
  ['1.0', 1],
])('a share of %s is %d', (text, ratio) => {
  expect(load({ KEZ_TRACES_RATIO: text }).tracesRatio).toBe(ratio)
})
