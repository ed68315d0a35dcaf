import { describe, expect, it } from 'vitest'
import { linkify } from './linkify.ts'

const links = (text: string) => linkify(text).flatMap(({ text: shown, href }) => (href ? [[shown, href]] : []))

describe('links in a text', () => {
  it.each([
    ['see https://example.org/a?b=c#d now', 'https://example.org/a?b=c#d'],
    ['(https://example.org/x)', 'https://example.org/x'],
    ['https://example.org/wiki/A_(b).', 'https://example.org/wiki/A_(b)'],
    ['http://localhost:6969/docs, please', 'http://localhost:6969/docs'],
  ])('%s', (text, href) => {
    expect(links(text).map(([shown]) => shown)).toEqual([href])
  })

  it.each([
    ['javascript:alert(1)'],
    ['data:text/html,x'],
    ['https://'],
    ['https://user@evil.example/'],
    ['https://bank.example:pass@evil.example/'],
  ])('%s is no link', (text) => {
    expect(links(text)).toEqual([])
  })

  it('end where an invisible character could turn the text around', () => {
    expect(links('https://example.org/\u202egro.live')).toEqual([['https://example.org/', 'https://example.org/']])
  })

  it('leave the whole text in place', () => {
    for (const text of ['', 'no link', 'a https://b.example c https://d.example.', 'https://x.example']) {
      expect(
        linkify(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text)
    }
  })
})
