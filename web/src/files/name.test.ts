import { parseBody } from '@kez-chat/messaging'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isProgram, nameToSave, nameToSend, splitName } from './name.ts'

describe('the name of a file that is sent', () => {
  it.each([
    ['holiday.jpg', 'holiday.jpg'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['C:\\Users\\bob\\tax.pdf', 'C:_Users_bob_tax.pdf'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['a\u0000b\nc.txt', 'abc.txt'],
    ['..', 'file'],
    ['', 'file'],
    [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(251)}.pdf`],
    ['half \ud800 pair.txt', 'half \ufffd pair.txt'],
  ])('%j goes as %j', (name, expected) => {
    expect(nameToSend(name)).toBe(expected)
  })

  it('is one that every reader takes, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const body = { type: 'kez-file-v1', mode: 'inline', name: nameToSend(name), mime: 'a/b', size: 0, data: '' }
        expect(parseBody(body)).toMatchObject({ name: nameToSend(name) })
      }),
    )
  })
})

describe('the name under which a file is saved', () => {
  it.each([
    ['.bashrc', 'bashrc'],
    ['con.txt', '_con.txt'],
    ['a<b>:c?.txt', 'a_b__c_.txt'],
    ['report.pdf. ', 'report.pdf'],
    ['...', 'file'],
    [`${'ü'.repeat(200)}.tar.gz`, `${'ü'.repeat(117)}.gz`],
  ])('%j is saved as %j', (name, expected) => {
    expect(nameToSave(name)).toBe(expected)
  })

  it('has its ending told apart, and programs are known by it', () => {
    expect(splitName('a.b.exe')).toEqual({ base: 'a.b', extension: '.exe' })
    expect(splitName('.profile')).toEqual({ base: '.profile', extension: '' })
    const names = ['invoice.pdf.exe', 'x.SCR', 'page.html', 'drawing.svg', 'macro.docm', 'evil.exe. ', 'run.sh']
    expect(names.filter((name) => !isProgram(name))).toEqual([])
    expect(['a.pdf', 'b.jpg', 'exe', 'c.docx'].filter(isProgram)).toEqual([])
  })
})
