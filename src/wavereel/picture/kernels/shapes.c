/* Rasterisers of 8-bit coverage masks. Rows of a mask lie side by side without gaps. */
#include "kernels.h"

#include <math.h>
#include <string.h>

#define MAX_SMALL 4096
#define FAR 65535 /* in 1/64 px: distances beyond 1024 px count as this */

WR_INLINE int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }
WR_INLINE int32_t most(int32_t a, int32_t b) { return a > b ? a : b; }

/* Coverage of the pixels `from <= x < to` of one row by one capsule: the distance from the pixel's centre to the
 * segment, softened over one pixel, combined by maximum. */
WR_INLINE void measured_row(uint8_t *row, int32_t from, int32_t to, int32_t px, int32_t py, int32_t ux, int32_t uy,
                                int32_t length, int32_t radius, int wide) {
    for (int32_t x = from; x < to; x++) {
        int32_t dx = x * WR_SUB + px, along, across;
        if (wide) {
            along = (int32_t)(((int64_t)dx * ux + (int64_t)py * uy) >> 14);
            across = (int32_t)(((int64_t)dx * uy - (int64_t)py * ux) >> 14);
        } else {
            along = (dx * ux + py * uy) >> 14;
            across = (dx * uy - py * ux) >> 14;
        }
        int32_t beyond = most(0, most(-along, along - length));
        float b = (float)least(beyond, FAR), c = (float)least(across < 0 ? -across : across, FAR);
        int32_t distance = (int32_t)(sqrtf(b * b + c * c) + 0.5f);
        int32_t cover = ((radius + WR_SUB / 2 - distance) * 255 + 32) >> 6;
        cover = most(0, least(255, cover));
        row[x] = (uint8_t)most(row[x], cover);
    }
}

/* Products of 32 bits hold for capsules of up to some 1400 px a side, and vectorise; longer ones take 64 bits. */
WR_INLINE void capsule_row(uint8_t *row, int32_t from, int32_t to, int32_t px, int32_t py, int32_t ux, int32_t uy,
                        int32_t length, int32_t radius) {
    int32_t span = 1400 * WR_SUB;
    if (length + radius > span || from * WR_SUB + px < -span || to * WR_SUB + px > span || py < -span || py > span)
        measured_row(row, from, to, px, py, ux, uy, length, radius, 1);
    else
        measured_row(row, from, to, px, py, ux, uy, length, radius, 0);
}

/* Narrows [*from, *to) to the pixels whose distance from the capsule's line can be within `reach`. */
WR_INLINE void narrow(int32_t *from, int32_t *to, int32_t px, int32_t py, int32_t ux, int32_t uy, int32_t reach) {
    if (uy > -1024 && uy < 1024) return;
    int64_t center = (int64_t)py * ux, margin = (int64_t)reach * 16384;
    int64_t first = (center - (uy > 0 ? margin : -margin)) / uy, last = (center + (uy > 0 ? margin : -margin)) / uy;
    *from = most(*from, (int32_t)((first - px) / WR_SUB - 1));
    *to = least(*to, (int32_t)((last - px) / WR_SUB + 2));
}

/* The pixels of a row that are surely covered in full: [*from, *to) inside [low, *to). A large disc is mostly these. */
WR_INLINE void core(int32_t *from, int32_t *to, int32_t low, int32_t ax, int32_t beyond, int32_t radius) {
    int32_t inner = radius - 2 * WR_SUB;
    if (inner < 8 * WR_SUB || beyond >= inner) return;
    int32_t half = (int32_t)sqrtf((float)inner * (float)inner - (float)beyond * (float)beyond) - WR_SUB;
    int32_t first = most(low, ((ax - half) >> 6) + 1), last = least(*to, (ax + half) >> 6);
    if (half <= 0 || first >= last) return;
    *from = first;
    *to = last;
}

WR_INLINE void upright_capsule(uint8_t *mask, int32_t width, int32_t x0, int32_t y0, int32_t x1, int32_t y1,
                            const int32_t *c) {
    uint8_t body[320];
    int32_t ax = c[0], ay = c[1], length = c[4], radius = c[5], count = x1 - x0, ready = 0;
    for (int32_t y = y0; y < y1; y++) {
        int32_t py = y * WR_SUB + WR_SUB / 2 - ay;
        uint8_t *row = mask + (size_t)y * width;
        if (py < 0 || py > length || count > (int32_t)sizeof body) {
            int32_t from = x1, to = x1;
            core(&from, &to, x0, ax, most(0, most(-py, py - length)), radius);
            capsule_row(row, x0, from, WR_SUB / 2 - ax, py, 0, 16384, length, radius);
            if (to > from) memset(row + from, 255, (size_t)(to - from));
            capsule_row(row, to, x1, WR_SUB / 2 - ax, py, 0, 16384, length, radius);
            continue;
        }
        if (!ready) {
            memset(body, 0, (size_t)count);
            capsule_row(body - x0, x0, x1, WR_SUB / 2 - ax, py, 0, 16384, length, radius);
            ready = 1;
        }
        for (int32_t x = 0; x < count; x++) row[x0 + x] = row[x0 + x] > body[x] ? row[x0 + x] : body[x];
    }
}

/* Each capsule: start x, start y (1/64 px), direction x, direction y (Q14), length, radius (1/64 px). */
void wr_capsules(uint8_t *mask, int32_t width, int32_t height, const int32_t *capsules, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        const int32_t *c = capsules + 6 * i;
        int32_t ax = c[0], ay = c[1], ux = c[2], uy = c[3], length = c[4], radius = c[5];
        if (radius <= 0) continue;
        int32_t bx = ax + (int32_t)(((int64_t)ux * length) >> 14), by = ay + (int32_t)(((int64_t)uy * length) >> 14);
        int32_t reach = radius + WR_SUB;
        int32_t x0 = most(0, (least(ax, bx) - reach) >> 6), x1 = least(width, ((most(ax, bx) + reach) >> 6) + 1);
        int32_t y0 = most(0, (least(ay, by) - reach) >> 6), y1 = least(height, ((most(ay, by) + reach) >> 6) + 1);
        if (x0 >= x1 || y0 >= y1) continue;
        if (ux == 0 && uy == 16384) {
            upright_capsule(mask, width, x0, y0, x1, y1, c);
            continue;
        }
        for (int32_t y = y0; y < y1; y++) {
            int32_t py = y * WR_SUB + WR_SUB / 2 - ay, px = WR_SUB / 2 - ax, from = x0, to = x1;
            narrow(&from, &to, px, py, ux, uy, reach);
            capsule_row(mask + (size_t)y * width, from, to, px, py, ux, uy, length, radius);
        }
    }
}

WR_INLINE int32_t edge(int32_t distance, int32_t gain) {
    int64_t cover = (((int64_t)distance * gain) >> 12) + 128;
    return (int32_t)(cover < 0 ? 0 : cover > 255 ? 255 : cover);
}

WR_INLINE int32_t span_cover(int32_t y, int32_t top, int32_t top_gain, int32_t bottom, int32_t bottom_gain) {
    int32_t center = y * WR_SUB + WR_SUB / 2;
    return most(0, edge(center - top, top_gain) + edge(bottom - center, bottom_gain) - 255);
}

/* Per column the span from `top` to `bottom` (1/64 px). The gains (Q12 of coverage per 1/64 px) soften steep edges over
 * more rows than one. Overwrites the mask. */
WR_FAST void wr_spans(uint8_t *mask, int32_t width, int32_t height, const int32_t *top, const int32_t *top_gain,
              const int32_t *bottom, const int32_t *bottom_gain) {
    enum { STRIP = 256 };
    int16_t full_from[STRIP], full_to[STRIP];
    for (int32_t start = 0; start < width; start += STRIP) {
        int32_t count = least(STRIP, width - start);
        for (int32_t i = 0; i < count; i++) {
            int32_t x = start + i;
            int32_t soft_top = 128 * 4096 / top_gain[x] + 2, soft_bottom = 128 * 4096 / bottom_gain[x] + 2;
            full_from[i] = (int16_t)most(0, least(height, ((top[x] + soft_top) >> 6) + 1));
            full_to[i] = (int16_t)most(0, least(height, ((bottom[x] - soft_bottom) >> 6) - 1));
        }
        for (int32_t y = 0; y < height; y++) {
            uint8_t *row = mask + (size_t)y * width + start;
            int16_t at = (int16_t)y;
            for (int32_t i = 0; i < count; i++) row[i] = at >= full_from[i] && at < full_to[i] ? 255 : 0;
        }
        for (int32_t i = 0; i < count; i++) {
            int32_t x = start + i;
            int32_t soft_top = 128 * 4096 / top_gain[x] + 2, soft_bottom = 128 * 4096 / bottom_gain[x] + 2;
            int32_t from = most(0, ((top[x] - soft_top) >> 6) - 1);
            int32_t to = least(height, ((bottom[x] + soft_bottom) >> 6) + 2);
            int32_t inner_from = full_from[i], inner_to = full_to[i];
            if (inner_from >= inner_to) inner_from = inner_to = to;
            for (int32_t y = from; y < least(to, inner_from); y++)
                mask[(size_t)y * width + x] = (uint8_t)span_cover(y, top[x], top_gain[x], bottom[x], bottom_gain[x]);
            for (int32_t y = most(from, inner_to); y < to; y++)
                mask[(size_t)y * width + x] = (uint8_t)span_cover(y, top[x], top_gain[x], bottom[x], bottom_gain[x]);
        }
    }
}

/* Copies the cells of each column at and below row `split[x]` (or above it), and clears the rest. */
WR_FAST void wr_select(uint8_t *mask, const uint8_t *cells, int32_t width, int32_t height, const int32_t *split,
               int32_t below) {
    enum { STRIP = 512 };
    int16_t first[STRIP];
    for (int32_t start = 0; start < width; start += STRIP) {
        int32_t count = least(STRIP, width - start);
        for (int32_t i = 0; i < count; i++) first[i] = (int16_t)most(0, least(height, split[start + i]));
        for (int32_t y = 0; y < height; y++) {
            size_t at = (size_t)y * width + start;
            int16_t row = (int16_t)y;
            uint8_t kept = below ? 255 : 0;
            for (int32_t i = 0; i < count; i++)
                mask[at + i] = (uint8_t)(cells[at + i] & (row >= first[i] ? kept : 255 - kept));
        }
    }
}

/* x / 255, rounded, for 0 <= x <= 65025. */
WR_INLINE uint8_t over_255(uint16_t x) {
    uint16_t t = (uint16_t)(x + 128);
    return (uint8_t)((uint16_t)(t + (t >> 8)) >> 8);
}

/* Multiplies each value by its row's and its column's factor, 255 for one. */
WR_FAST void wr_fade(uint8_t *mask, int32_t width, int32_t height, const uint8_t *rows, const uint8_t *columns) {
    for (int32_t y = 0; y < height; y++) {
        uint8_t *row = mask + (size_t)y * width;
        for (int32_t x = 0; x < width; x++)
            row[x] = over_255((uint16_t)(over_255((uint16_t)(row[x] * rows[y])) * columns[x]));
    }
}

/* Overwrites the mask with the table's value at each place. */
void wr_lookup(uint8_t *mask, const uint16_t *places, int32_t count, const uint8_t *table) {
    for (int32_t i = 0; i < count; i++) mask[i] = table[places[i]];
}

/* Sum over a window of 2 * radius + 1 values, divided by it; clear outside. */
WR_INLINE void box_line(const uint16_t *in, uint16_t *out, int32_t count, int32_t radius, uint32_t share) {
    uint32_t sum = 0;
    for (int32_t i = 0; i < least(radius, count); i++) sum += in[i];
    for (int32_t i = 0; i < count; i++) {
        if (i + radius < count) sum += in[i + radius];
        if (i - radius - 1 >= 0) sum -= in[i - radius - 1];
        out[i] = (uint16_t)((sum * share + 32768u) >> 16);
    }
}

/* The same down all columns at once, `sum` holding a row of sums, so that memory is walked in order. */
WR_INLINE void box_columns(const uint16_t *in, uint16_t *out, int32_t width, int32_t height, int32_t radius,
                        uint32_t share) {
    enum { STRIP = 256 };
    uint32_t sum[STRIP];
    for (int32_t start = 0; start < width; start += STRIP) {
        int32_t count = least(STRIP, width - start);
        memset(sum, 0, sizeof sum);
        for (int32_t y = 0; y < least(radius, height); y++)
            for (int32_t i = 0; i < count; i++) sum[i] += in[(size_t)y * width + start + i];
        for (int32_t y = 0; y < height; y++) {
            const uint16_t *enter = in + (size_t)(y + radius) * width + start;
            const uint16_t *leave = in + (size_t)(y - radius - 1) * width + start;
            if (y + radius < height)
                for (int32_t i = 0; i < count; i++) sum[i] += enter[i];
            if (y - radius - 1 >= 0)
                for (int32_t i = 0; i < count; i++) sum[i] -= leave[i];
            uint16_t *row = out + (size_t)y * width + start;
            for (int32_t i = 0; i < count; i++) row[i] = (uint16_t)((sum[i] * share + 32768u) >> 16);
        }
    }
}

/* Sums of 4 x 4 values, times 16; clear outside. */
WR_INLINE void quarter(const uint8_t *mask, int32_t width, int32_t height, uint16_t *small, int32_t w, int32_t h) {
    enum { STRIP = 1024 };
    uint16_t sum[STRIP + 4];
    for (int32_t y = 0; y < h; y++)
        for (int32_t start = 0; start < width; start += STRIP) {
            int32_t count = least(STRIP, width - start);
            memset(sum, 0, sizeof sum);
            for (int32_t j = 4 * y; j < least(height, 4 * y + 4); j++) {
                const uint8_t *row = mask + (size_t)j * width + start;
                for (int32_t i = 0; i < count; i++) sum[i] = (uint16_t)(sum[i] + row[i]);
            }
            uint16_t *out = small + (size_t)y * w + start / 4;
            for (int32_t i = 0; i < (count + 3) / 4; i++)
                out[i] = (uint16_t)((sum[4 * i] + sum[4 * i + 1] + sum[4 * i + 2] + sum[4 * i + 3]) * 16);
        }
}

/* The value between a small pixel and its neighbour, `share` eighths of the way, as light of 0..255. */
WR_INLINE uint8_t light_of(uint32_t near, uint32_t next, uint32_t share, uint32_t strength) {
    uint32_t light = (((near * (8 - share) + next * share) >> 6) * strength) >> 16;
    return (uint8_t)(light > 255 ? 255 : light);
}

/* One row of the enlarged light from one row of the small picture whose values are in eighths already. */
WR_INLINE void light_row(uint8_t *light, const uint32_t *tall, int32_t w, uint32_t strength) {
    for (int32_t i = 0; i < w; i++) {
        uint32_t here = tall[i], left = tall[most(0, i - 1)], right = tall[least(w - 1, i + 1)];
        light[4 * i] = light_of(here, left, 3, strength);
        light[4 * i + 1] = light_of(here, left, 1, strength);
        light[4 * i + 2] = light_of(here, right, 1, strength);
        light[4 * i + 3] = light_of(here, right, 3, strength);
    }
}

/* Light around the mask: three box blurs of `radius` at a quarter of its size (close to a Gaussian), enlarged
 * bilinearly, times strength / 256, screened onto the mask. `small` and `other` hold ceil(width / 4) * ceil(height / 4)
 * values each; a mask wider than 4 * MAX_SMALL px gets no light. */
WR_FAST void wr_glow(uint8_t *mask, int32_t width, int32_t height, uint16_t *small, uint16_t *other, int32_t radius,
             int32_t strength) {
    int32_t w = (width + 3) / 4, h = (height + 3) / 4;
    if (w > MAX_SMALL) return;
    uint32_t share = 65536u / (uint32_t)(2 * radius + 1);
    quarter(mask, width, height, small, w, h);
    for (int32_t pass = 0; pass < 3; pass++) {
        for (int32_t y = 0; y < h; y++) box_line(small + (size_t)y * w, other + (size_t)y * w, w, radius, share);
        box_columns(other, small, w, h, radius, share);
    }
    static const uint32_t share_of[4] = {3, 1, 1, 3};
    static const int32_t side_of[4] = {-1, -1, 1, 1};
    uint32_t tall[MAX_SMALL];
    uint8_t light[4 * MAX_SMALL];
    for (int32_t y = 0; y < height; y++) {
        int32_t j = y / 4, n = most(0, least(h - 1, j + side_of[y & 3]));
        const uint16_t *near = small + (size_t)j * w, *next = small + (size_t)n * w;
        uint32_t share = share_of[y & 3];
        for (int32_t i = 0; i < w; i++) tall[i] = near[i] * (8 - share) + next[i] * share;
        light_row(light, tall, w, (uint32_t)strength);
        uint8_t *row = mask + (size_t)y * width;
        for (int32_t x = 0; x < width; x++)
            row[x] = (uint8_t)(row[x] + over_255((uint16_t)((255 - row[x]) * light[x])));
    }
}
