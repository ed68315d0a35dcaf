import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
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
      await shown.screenshot({ path: `${folder}${name}-${size}-${colorScheme}.png` })
      const overflow = await shown.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(overflow, `${name} ${size} is wider than the window`).toBeLessThanOrEqual(0)
      expect(await smallTargets(shown), `${name} ${size} has targets below 44 px`).toEqual([])
      // Each theme and each size once: what is wrong shows in one of the two.
      if ((size === 'phone') !== (colorScheme === 'light')) continue
      // Legacy: in the page itself, since there are no frames; a page more for each look costs as much as the look.
      const { violations, passes } = await new AxeBuilder({ page: shown }).setLegacyMode().analyze()
      expect(passes.length, 'axe has looked at the page').toBeGreaterThan(10)
      const found = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`)
      expect(found, `${name} ${size} ${colorScheme}`).toEqual([])
    }
  }
}

/** Buttons and links (but those inside a text) that a finger would miss. */
const smallTargets = (shown: Page): Promise<string[]> =>
  shown.evaluate(() =>
    [...document.querySelectorAll('button, a[href], input:not([type=radio]), textarea, summary, .segmented label')]
      .filter((element) => element.checkVisibility() && !element.closest('.text'))
      .filter((element) => element.getBoundingClientRect().height < 43.5)
      .map((element) => element.outerHTML.slice(0, 120)),
  )
