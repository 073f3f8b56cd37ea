/** The mark: one body, and what orbits it. */
export const Logo = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 32 32" aria-hidden className={className}>
    <rect width="32" height="32" rx="8" fill="#4338ca" />
    <ellipse cx="16" cy="16" rx="11" ry="5" transform="rotate(-28 16 16)" fill="none" stroke="#fff" strokeWidth="2" />
    <circle cx="16" cy="16" r="4.5" fill="#fff" />
    <circle cx="25.4" cy="10.6" r="2.2" fill="#fbbf24" />
  </svg>
)
