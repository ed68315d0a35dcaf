import { afterAll, expect, test } from 'vitest'
import { isNoticed } from './noticed.ts'
import { plants } from './plants/plants.ts'
import { makeCryptoSerial } from './serial-crypto.ts'

const crypto = makeCryptoSerial()
afterAll(crypto.restore)

test.each([...plants])('the planted bug %s is noticed', async (_name, plant) => {
  expect(await isNoticed(plant, crypto), plant.says).toBe(true)
})
