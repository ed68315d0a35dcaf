export { type Admission, type AdmissionOptions, createAdmission, type Reservation } from './admission.ts'
export { createUsage, type Usage, type UsageOptions } from './usage.ts'
