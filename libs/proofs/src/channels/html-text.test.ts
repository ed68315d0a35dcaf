import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { htmlText } from './html-text.ts'

describe('words of HTML', () => {
  it.each([
    ['<p>one</p><p>two<br />three</p>', 'one\ntwo\nthree\n'],
    ['a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#x27; &apos;f&apos;', `a & b <c> "d" 'e' 'f'`],
    ['kez:z1:<span class="invisible">abc</span><wbr>def', 'kez:z1:abcdef'],
    ['kez:z1:ab\u200bcd\u00adef', 'kez:z1:abcdef'],
    ['<a href="https://x.test/?a=1&amp;b=2" rel="me">link</a>', 'link'],
    ['&amp;lt;', '&lt;'],
    ['&unknown; &#0; &#x110000; 1 < 2', '&unknown; &#0; &#x110000; 1 < 2'],
  ])('%s', (html, text) => {
    expect(htmlText(html)).toBe(text)
  })

  it('takes time in proportion to its input, whatever it is', () => {
    for (const piece of ['<', '<p', '&#', '&', '<br ', '</p', '>']) {
      const started = performance.now()
      htmlText(piece.repeat(200_000))
      expect(performance.now() - started).toBeLessThan(5_000)
    }
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (html) => typeof htmlText(html) === 'string'))
  })
})
