import type { Owner } from '@kez-chat/client'
import { phraseToSeed, signingKeyFromSeed } from '@kez-chat/identity'
import type { Page } from 'puppeteer-core'
import { passphrase } from './person.ts'

export const press = (page: Page, name: string): Promise<void> => page.locator(`::-p-aria([name="${name}"])`).click()

export const see = (page: Page, text: string): Promise<unknown> => page.locator(`::-p-text(${text})`).wait()

/** From the words to the welcome page, in a browser under puppeteer. Who it is comes back as another program knows them. */
export const createIdentity = async (page: Page, handle: string): Promise<Owner> => {
  await page.locator('.phrase li').wait()
  const shown = await page.$$eval('.phrase li', (items) =>
    items.map((item) => item.lastChild?.textContent?.trim() ?? ''),
  )
  await press(page, 'I have written them down')
  await page.locator('input[name^="word-"]').wait()
  for (const field of await page.$$('input[name^="word-"]')) {
    const name = await field.evaluate((input) => input.getAttribute('name'))
    await field.type(shown[Number(name?.replace('word-', ''))] ?? '')
  }
  await press(page, 'Confirm')
  await page.locator('#passphrase').fill(passphrase)
  await page.locator('#repeat').fill(passphrase)
  await press(page, 'Lock with this passphrase')
  await page.locator('#handle').fill(handle)
  await see(page, `${handle}@localhost is free.`)
  await press(page, 'Take this handle')
  await see(page, 'Welcome')
  return { handle, signer: signingKeyFromSeed(phraseToSeed(shown.join(' '))) }
}
