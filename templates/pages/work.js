// Proof of work for the sign-up form (digest/signups/proof_of_work.py says what is looked for and why).
// Without this script the form works all the same; its letter then waits behind the others.
"use strict";
(() => {
  const form = document.querySelector("form[data-bits]");
  const bits = Number(form.dataset.bits);
  const { email, challenge, work } = form.elements;

  // SHA-256 (FIPS 180-4): the constants are the first bits of roots of the first primes.
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const part = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
  const START = Int32Array.from(primes.slice(0, 8), (p) => part(Math.sqrt(p)));
  const K = Int32Array.from(primes, (p) => part(Math.cbrt(p)));
  const w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  // One block, which stands in `w`, after what `state` has seen already; the new state is put into `next`.
  function compress(state, next) {
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      w[i] = (w[i - 16] + w[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    next[0] = a + state[0]; next[1] = b + state[1]; next[2] = c + state[2]; next[3] = d + state[3];
    next[4] = e + state[4]; next[5] = f + state[5]; next[6] = g + state[6]; next[7] = h + state[7];
  }

  function hex(text) {
    const octets = new TextEncoder().encode(text);
    const padded = new Uint8Array(((octets.length + 8) >> 6 << 6) + 64);
    padded.set(octets);
    padded[octets.length] = 128;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 4, octets.length * 8);
    const state = Int32Array.from(START);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4);
      compress(state, state);
    }
    return Array.from(state, (x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
  }

  // The block of 64 characters is hashed once; each try is one block more: the number, a 1 bit, the length.
  function trier(line) {
    const half = new Int32Array(8), end = new Int32Array(8);
    for (let i = 0; i < 16; i++) {
      w[i] = 0;
      for (let at = i * 4; at < i * 4 + 4; at++) w[i] = (w[i] << 8) | line.charCodeAt(at);
    }
    compress(START, half);
    return (answer) => {
      const digits = String(answer);
      w.fill(0, 0, 16);
      for (let at = 0; at <= digits.length; at++) {
        const octet = at < digits.length ? digits.charCodeAt(at) : 128;
        w[at >> 2] |= octet << (24 - 8 * (at & 3));
      }
      w[15] = (64 + digits.length) * 8;
      compress(half, end);
      return end[0] >>> (32 - bits) === 0;
    };
  }

  let solved = "", solving = "";
  function solve(done) {
    const address = email.value.trim();
    if (solved === address) return done();
    solving = address;
    const found = trier(hex(challenge.value + "\n" + address));
    let answer = 0;
    (function some() {
      if (solving !== address) return;
      for (const until = answer + 5000; answer < until; answer++) {
        if (found(answer)) {
          work.value = String(answer);
          solved = address;
          return done();
        }
      }
      setTimeout(some); // the page stays alive meanwhile
    })();
  }

  email.addEventListener("change", () => { if (email.validity.valid) solve(() => {}); });
  form.addEventListener("submit", (event) => {
    if (solved === email.value.trim()) return;
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    button.textContent = form.dataset.words;
    button.setAttribute("aria-busy", "true");
    solve(() => form.submit());
  });
})();
