/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs in a page that shows the report in a frame (browser.c). It measures the layout that the
 * browser computed for the report. It adds its findings to its own page, as JSON in an element
 * "findings".
 */
'use strict';

const all = (root, selector) => [...root.querySelectorAll(selector)];
const start = e => e.textContent.slice(0, 30);

function findings(win) {
	const doc = win.document, root = doc.documentElement, style = e => win.getComputedStyle(e);
	const box = e => e.getBoundingClientRect();

	/* Rows that a table of the overview shows before a person opens the folded rows. */
	const rows_at_first = Math.max(0, ...all(doc, '.matrix').map(e => all(e, 'tbody tr')
		.filter(row => row.checkVisibility()).length));

	/* Rows that have no visible explanation below their name. */
	const unexplained = all(doc, '.matrix tbody th').filter(e => {
		const words = e.querySelector('small');

		return e.checkVisibility() && !(words?.textContent && words.checkVisibility());
	}).map(start);
	const height = root.scrollHeight;

	/* All other checks include the folded rows. */
	const folds = all(doc, 'details');
	folds.forEach(e => { e.open = true; });

	const texts = all(doc, 'svg text').filter(e => box(e).width);

	/* Elements that are wider than the window, except for elements that scroll. */
	const too_wide = all(doc, 'body *').filter(e => !e.closest('.scroll, nav, .hidden') &&
		box(e).width && box(e).right > root.clientWidth + 0.5)
		.map(e => e.tagName + '.' + e.className + ' ' + start(e));

	/*
	 * Text of charts that is too small on the screen: the scale of a chart also applies to its
	 * text.
	 */
	const too_small = texts.filter(e =>
		parseFloat(style(e).fontSize) * e.getScreenCTM().a < 8.9).map(start);

	/* Text that is outside of its chart. */
	const cut_off = texts.filter(e => {
		const t = box(e), s = box(e.ownerSVGElement);

		return t.left < s.left - 1 || t.right > s.right + 1 || t.bottom > s.bottom + 1 ||
			t.top < s.top - 1;
	}).map(start);

	/* Texts of the same chart that overlap. */
	const overlapping = all(doc, 'svg').flatMap(s => {
		const inside = texts.filter(e => e.ownerSVGElement == s).map(e => [e, box(e)]);

		return inside.flatMap(([e, a], i) => inside.slice(i + 1).filter(([, b]) =>
			a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 &&
			b.top < a.bottom - 3).map(([f]) => start(e) + '/' + start(f)));
	});

	/* Relative luminance of a colour in the form of getComputedStyle(). */
	const luminance = colour => {
		const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map(x => x / 255)
			.map(x => x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);

		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const background = luminance(style(doc.body).backgroundColor);

	/* Text whose contrast ratio to the background is below 4.5 (WCAG 2, level AA). */
	const pale = all(doc, 'p, th, td, h1, h2, h3, svg text, b, span, small, a').filter(e => {
		const text = luminance(e.closest('svg') ? style(e).fill : style(e).color);

		return (Math.max(text, background) + 0.05) / (Math.min(text, background) + 0.05) < 4.5;
	}).map(e => e.tagName + '.' + (e.className.baseVal ?? e.className) + ' ' + start(e));

	const bars_without_unit = all(doc, 'figure.bars').filter(e =>
		!/^(ns|µs|ms|s|bytes|KiB|MiB|GiB|%)( |$)/.test(e.querySelector('.axis')?.textContent))
		.map(start);
	const ticks_without_unit = all(doc, '.cpu .tick, .memory .tick').filter(e =>
		!/^[0-9.]+ (s|%|MiB)$/.test(e.textContent)).map(start);
	const charts_without_text = all(doc, 'svg').filter(e => e.getAttribute('role') != 'img' ||
		!e.querySelector('title')?.textContent || !e.querySelector('desc')?.textContent)
		.map(start);

	/* Changes within the spread must have the same colour as the footer. */
	const soft = style(doc.querySelector('footer') ?? doc.body).color;
	const grey = all(doc, '.steps td.none').filter(e => /[0-9]/.test(e.textContent));
	const not_grey = grey.filter(e => style(e).color != soft).map(start);

	/* Figures that are not reliable must have that colour, too, and no colour of heat. */
	const unreliable = all(doc, '.unreliable td[data-value], .unreliable .value');
	const inviting = unreliable.filter(e => (e.closest('svg') ? style(e).fill : style(e).color) !=
		soft || e.style.length).map(start);

	/* Such figures without a visible note next to their title. */
	const without_note = all(doc, 'figure.unreliable').filter(e =>
		!(box(e.querySelector('figcaption .trust') ?? e.ownerDocument.head).height > 0)).map(start);

	/* Lines of the same chart that look the same. */
	const look = e => e.closest('svg').className.baseVal + style(e).stroke + style(e).strokeDasharray;
	const looks = all(doc, 'path.line').map(e => start(e.closest('section').querySelector('h2')) +
		(e.closest('details') ? 'folded' : '') + look(e));
	const same_lines = looks.filter((l, i) => looks.indexOf(l) != i);

	/* Each figure of the page, by "WORKLOAD|ROW|METRIC". */
	const numbers = Object.fromEntries(all(doc, 'table[data-workload] td[data-value]').map(e => [
		e.closest('table').dataset.workload + '|' + e.dataset.row + '|' + e.dataset.metric,
		Number(e.dataset.value)]));

	const found = {
		width: win.innerWidth, content_width: root.scrollWidth, height,
		policy: doc.querySelector('meta[http-equiv=Content-Security-Policy]')?.content ?? '',
		too_wide, too_small, cut_off, overlapping,
		background, pale,
		bars: all(doc, 'figure.bars').length, cpu: all(doc, 'figure.cpu').length,
		memory: all(doc, 'figure.memory').length,
		bars_without_unit, ticks_without_unit, charts_without_text,
		grey: grey.length, not_grey, same_lines,
		rows_at_first, unexplained, folds: folds.length,
		unreliable: unreliable.length, inviting, without_note,
		numbers,
	};

	/* Pictures show the page as a person sees it at first. */
	folds.forEach(e => { e.open = false; });
	return found;
}

/*
 * The load event comes after the frame has loaded. The JSON text has no < > and &, so it needs no
 * unescaping from the page's HTML.
 */
window.onload = () => {
	const element = document.createElement('pre');

	element.id = 'findings';
	element.textContent = JSON.stringify(findings(document.querySelector('iframe').contentWindow))
		.replace(/[<>&]/g, c => '\\u00' + c.charCodeAt(0).toString(16));
	document.body.append(element);
};
