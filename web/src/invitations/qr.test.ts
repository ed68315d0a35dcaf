import { invitationLink, newInvitationSecret, parseHandle } from '@kez-chat/identity'
import jsqr from 'jsqr'
import { describe, expect, it } from 'vitest'
import { qrModules } from './qr.ts'

/** As a camera would see it: grey pixels, four to a module. */
const read = (modules: readonly (readonly boolean[])[]): string | undefined => {
  const scale = 4
  const side = modules.length * scale
  const pixels = new Uint8ClampedArray(side * side * 4)
  for (let i = 0; i < side * side; i++) {
    const dark = modules[Math.floor(i / side / scale)]?.[Math.floor((i % side) / scale)]
    pixels.set([dark ? 20 : 235, dark ? 20 : 235, dark ? 20 : 235, 255], i * 4)
  }
  return jsqr.default(pixels, side, side, { inversionAttempts: 'dontInvert' })?.data
}

const linkFor = (origin: string, handle: string): string =>
  invitationLink(origin, {
    ...{ kind: 'person', handle: parseHandle(handle) },
    ...{ check: newInvitationSecret(), secret: newInvitationSecret() },
  })

describe('the QR code of an invitation', () => {
  it.each([
    ['http://localhost:6969', 'bob'],
    ['https://chat.example.org', 'alice'],
    [`https://${'a'.repeat(60)}.${'b'.repeat(60)}.example.org:8443`, 'a'.repeat(32)],
  ])('for %s, by %s, says the link to a reader of another author', (origin, handle) => {
    const link = linkFor(origin, handle)
    expect(read(qrModules(link))).toBe(link)
  })

  it('has four light modules around it, and few enough for a coarse camera', () => {
    const modules = qrModules(linkFor('https://chat.example.org', 'alice'))
    const edge = [...modules.slice(0, 4), ...modules.slice(-4)].flat()
    const sides = modules.flatMap((row) => [...row.slice(0, 4), ...row.slice(-4)])
    expect([...edge, ...sides].some(Boolean)).toBe(false)
    expect(modules.length).toBeLessThanOrEqual(49)
  })
})
