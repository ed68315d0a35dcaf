import { expect, test } from 'vitest'
import { isAtLeast, parseNatsVersion } from './version.ts'

test.each([
  ['nats-server: v2.15.1\n', '2.15.1'],
  ['nats-server: v2.12.0-beta.2', '2.12.0'],
  ['nats-server v2.10.3', '2.10.3'],
  ['something else 2.15.1', undefined],
  ['', undefined],
])('%j is read as version %s', (output, version) => {
  expect(parseNatsVersion(output)).toBe(version)
})

test.each([
  ['2.14.4', true],
  ['2.14.10', true],
  ['2.15.0', true],
  ['3.0.0', true],
  ['2.14.3', false],
  ['2.9.99', false],
  ['1.99.99', false],
])('%s is new enough: %s', (version, enough) => {
  expect(isAtLeast(version, '2.14.4')).toBe(enough)
})
