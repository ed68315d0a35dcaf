import { EventEmitter } from 'node:events'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { MAX_INPUT_BYTES } from './files/read-input.ts'
import { readAll, readHiddenLine } from './terminal.ts'

/** A terminal as far as reading a line goes, with a record of what it was told. */
const newTerminal = () => {
  const keys = new EventEmitter<{ data: [Buffer] }>()
  const told: string[] = []
  return Object.assign(keys, {
    told,
    type: (text: string) => void keys.emit('data', Buffer.from(text)),
    setRawMode: (raw: boolean) => told.push(raw ? 'raw' : 'cooked'),
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
  })
}

describe('a secret at a terminal', () => {
  it('is asked for, not shown, and leaves the terminal as it was', async () => {
    const terminal = newTerminal()
    let shown = ''
    const line = readHiddenLine(terminal, (text) => {
      shown += text
    })
    terminal.type('abd')
    terminal.type('\u007fcd\rnot this')
    expect(await line).toBe('abcd')
    expect(shown).toBe('Secret (it is not shown): \n')
    expect(terminal.told).toEqual(['raw', 'resume', 'cooked', 'pause'])
    expect(terminal.listenerCount('data')).toBe(0)
  })

  it('can be refused with Ctrl-C', async () => {
    const terminal = newTerminal()
    const line = readHiddenLine(terminal, () => undefined)
    terminal.type('abc\u0003')
    await expect(line).rejects.toMatchObject({ code: 'cancelled', exitCode: 2 })
    expect(terminal.told.at(-2)).toBe('cooked')
  })
})

describe('standard input', () => {
  it('is read to its end', async () => {
    expect(
      await readAll(
        Readable.from([Buffer.from('Gr\u00fc\u00dfe').subarray(0, 3), Buffer.from('Gr\u00fc\u00dfe').subarray(3)]),
      ),
    ).toBe('Gr\u00fc\u00dfe')
  })

  it('is given up once it is too long', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1 << 20)
      })(),
    )
    await expect(readAll(endless)).rejects.toMatchObject({
      code: 'too_large',
      exitCode: 2,
      message: `standard input is longer than ${MAX_INPUT_BYTES} bytes`,
    })
  })
})
