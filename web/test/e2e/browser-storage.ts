import type { Page } from 'playwright-core'

type StoreContents = Record<string, unknown[]>

/** All that IndexedDB holds, by object store, with bytes as text in which each byte stands for itself. */
const readStores = (page: Page): Promise<StoreContents> =>
  page.evaluate(async () => {
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const latin = new TextDecoder('latin1')
    const asText = (_name: string, value: unknown): unknown =>
      value instanceof Uint8Array ? latin.decode(value) : value
    const contents: StoreContents = {}
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await answer(indexedDB.open(name))
      for (const store of db.objectStoreNames) {
        const source = db.transaction(store).objectStore(store)
        const [rows, keys] = [await answer(source.getAll()), await answer(source.getAllKeys())]
        contents[`${name}/${store}`] = rows.map((row, i) => JSON.parse(JSON.stringify([keys[i], row], asText)))
      }
      db.close()
    }
    return contents
  })

/** Everything the page has stored in this browser, as one text to search in. */
export const dumpStorage = async (page: Page): Promise<string> =>
  JSON.stringify([
    await readStores(page),
    await page.evaluate(() => [{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  ])

/** How many records an object store of the app has. */
export const countRecords = async (page: Page, store: string): Promise<number> =>
  (await readStores(page))[`kez-chat/${store}`]?.length ?? 0

/** Changes the app's storage behind its back; runs in the page. */
const change = (page: Page, store: string, key: string, value: unknown): Promise<void> =>
  page.evaluate(
    async ([name, at, record]) => {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('kez-chat')
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
      const tx = db.transaction(name, 'readwrite')
      if (record === undefined) tx.objectStore(name).delete(at)
      else tx.objectStore(name).put(record, at)
      await new Promise((resolve, reject) => {
        tx.oncomplete = resolve
        tx.onabort = () => reject(tx.error)
      })
      db.close()
    },
    [store, key, value] as const,
  )

/** Writes a record as if the app had. */
export const setRecord = (page: Page, store: string, key: string, value: unknown): Promise<void> =>
  change(page, store, key, value)

/** Takes a record away, as a browser may that runs out of space. */
export const dropRecord = (page: Page, store: string, key: string): Promise<void> => change(page, store, key, undefined)
