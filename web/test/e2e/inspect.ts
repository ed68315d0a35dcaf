import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const folder = fileURLToPath(new URL('../../../test-results/screenshots/', import.meta.url))
const sizes = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } }
mkdirSync(folder, { recursive: true })

/** A picture in each size and theme; nothing serious for axe, and nothing wider than the window. */
export const inspect = async (shown: Page, name: string): Promise<void> => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await shown.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await shown.setViewportSize(viewport)
      await shown.evaluate(() => document.fonts.ready)
      // Nobody looks at them where nobody is.
      if (!process.env.CI) await shown.screenshot({ path: `${folder}${name}-${size}-${colorScheme}.png` })
      const overflow = await shown.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow, `${name} ${size} is wider than the window`).toBeLessThanOrEqual(0)
      expect(await smallTargets(shown), `${name} ${size} has targets below 44 px`).toEqual([])
      // Each theme and each size once: what is wrong shows in one of the two.
      if ((size === 'phone') !== (colorScheme === 'light')) continue
      const { found, passed } = await lookWithAxe(shown)
      expect(passed, 'axe has looked at the page').toBeGreaterThan(10)
      expect(found, `${name} ${size} ${colorScheme}`).toEqual([])
    }
  }
}

/** What axe finds, in the page itself: there are no frames, and its code is brought there once. */
const lookWithAxe = async (shown: Page): Promise<{ found: string[]; passed: number }> => {
  if (!(await shown.evaluate(() => 'axe' in globalThis))) await shown.evaluate(axe.source)
  return shown.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as { axe: typeof axe }
    // Nothing is fetched for it again: no rule in use reads style sheets as text.
    const { violations, passes } = await tool.run(document, { preload: false })
    const found = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`)
    return { found, passed: passes.length }
  })
}

/** Buttons and links (but those inside a text) that a finger would miss. */
const smallTargets = (shown: Page): Promise<string[]> =>
  shown.evaluate(() =>
    [...document.querySelectorAll('button, a[href], input:not([type=radio]), textarea, summary, .segmented label')]
      .filter((element) => element.checkVisibility() && !element.closest('.text'))
      .filter((element) => element.getBoundingClientRect().height < 43.5)
      .map((element) => element.outerHTML.slice(0, 120)),
  )
