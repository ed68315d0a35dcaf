import { fromHex } from '@kez-chat/identity'
import type { Page } from 'playwright-core'
import type { AtRest } from '../../src/storage/at-rest.ts'
import { createAtRest } from '../../src/storage/at-rest.ts'
import { sealMessage } from '../../src/storage/message.ts'

/** The key of the page's own storage, as its open session has it. */
const atRestOf = async (page: Page): Promise<AtRest> => {
  const hex = await page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('kez-chat')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    const record = await new Promise<{ key: CryptoKey; nonce: Uint8Array<ArrayBuffer>; ct: Uint8Array<ArrayBuffer> }>(
      (resolve) => {
        const request = db.transaction('session').objectStore('session').get('session')
        request.onsuccess = () => resolve(request.result)
      },
    )
    db.close()
    const secrets = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: record.nonce }, record.key, record.ct)
    return [...new Uint8Array(secrets)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  })
  return createAtRest(fromHex(hex.slice(64), 32))
}

/**
 * Gives a conversation a long history in an instant: sealed by the app's own storage, each a minute after the one before,
 * every third our own.
 */
export const seedMessages = async (page: Page, tag: string, texts: readonly string[]): Promise<void> => {
  const rest = await atRestOf(page)
  const begin = Date.now() - texts.length * 60_000
  const boxes = texts.map((text, i) => {
    const at = begin + i * 60_000
    const delivery = i % 3 === 2 ? { delivery: { state: 'sent' as const, at } } : {}
    const box = sealMessage(rest, tag, { inner_id: `seed-${i}`, body: { type: 'text', text }, at, ...delivery })
    return Buffer.from(box).toString('base64')
  })
  await page.evaluate(
    async ([conversation, sealed]) => {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('kez-chat')
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
      const tx = db.transaction(['messages', 'cursor'], 'readwrite')
      // As a version without search would leave it.
      tx.objectStore('cursor').delete('words')
      for (const box of sealed) {
        const bytes = Uint8Array.from(atob(box), (char) => char.charCodeAt(0))
        tx.objectStore('messages').add({ conversation, box: bytes })
      }
      await new Promise((resolve, reject) => {
        tx.oncomplete = resolve
        tx.onerror = () => reject(tx.error)
      })
      db.close()
    },
    [tag, boxes] as const,
  )
}
