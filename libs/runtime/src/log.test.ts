import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { createLog, handleForLog } from './log.ts'

const written = (log: (logger: ReturnType<typeof createLog>) => void): string => {
  let text = ''
  const sink = new Writable({
    write: (chunk, _, done) => {
      text += String(chunk)
      done()
    },
  })
  log(createLog('test', 'info', sink))
  return text
}

it('removes seeds, passwords and headers whoever logs them', () => {
  const text = written((log) => {
    log.info(
      {
        seed: 'SUAFOO',
        nested: { seed: 'SUABAR', password: 'hunter2', headers: { 'x-kez-auth': '1:ab' } },
        headers: { 'x-kez-auth': '2:cd' },
      },
      'x',
    )
  })
  for (const secret of ['SUAFOO', 'SUABAR', 'hunter2', '1:ab', '2:cd']) expect(text).not.toContain(secret)
})

it('shows a handle only as a hash that is the same within the process', () => {
  expect(handleForLog('alice')).toMatch(/^[0-9a-f]{12}$/)
  expect(handleForLog('alice')).toBe(handleForLog('alice'))
  expect(handleForLog('alice')).not.toBe(handleForLog('bob'))
})
