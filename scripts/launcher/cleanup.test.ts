import { expect, test } from 'vitest'
import { createCleanup } from './cleanup.ts'

test('what was started last is stopped first, and a stop that fails or hangs keeps nobody', async () => {
  const stopped: string[] = []
  const problems: string[] = []
  const cleanup = createCleanup((problem) => problems.push(problem), 50)
  cleanup.add('NATS', () => void stopped.push('NATS'))
  cleanup.add('Postgres', () => Promise.reject(new TypeError('no answer')))
  cleanup.add('registry', () => new Promise(() => {}))
  cleanup.add('gateway', async () => void stopped.push('gateway'))
  await cleanup.run()
  expect(stopped).toEqual(['gateway', 'NATS'])
  expect(problems).toEqual([
    'registry did not stop in 0.05 s and is left behind.',
    'Postgres did not stop cleanly: no answer',
  ])
})
