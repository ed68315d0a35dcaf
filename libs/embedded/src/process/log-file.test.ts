import { closeSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logTail, openLogFile, rotateLogFile } from './log-file.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kez-log-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('a log that grew too long is cut while its writer goes on, and three old ones are kept', () => {
  const path = join(dir, 'nats.log')
  const file = openLogFile(path)
  for (let i = 1; i <= 5; i++) {
    writeSync(file, `line ${i}\n`)
    rotateLogFile(path, 4)
  }
  writeSync(file, 'now\n')
  closeSync(file)
  expect(readFileSync(path, 'utf8')).toBe('now\n')
  expect([1, 2, 3].map((i) => readFileSync(`${path}.${i}`, 'utf8'))).toEqual(['line 5\n', 'line 4\n', 'line 3\n'])
  expect(existsSync(`${path}.4`)).toBe(false)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('the tail is the last lines, also of a long file', () => {
  const path = join(dir, 'nats.log')
  writeFileSync(path, `${'x'.repeat(50_000)}\none\ntwo\n`)
  expect(logTail(path, 2)).toBe('one\ntwo')
  expect(logTail(join(dir, 'none.log'))).toBe('')
})
