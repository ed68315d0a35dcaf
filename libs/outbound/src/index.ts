export { AddressRefused, checkedAddresses, pinned, type Resolve, resolveWith } from './checked-addresses.ts'
export { isPublicAddress } from './public-address.ts'
