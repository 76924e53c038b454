/* Copying, filling and blending on I420 planes. */
#include "kernels.h"

#include <string.h>

#define CHUNK 512 /* chroma samples averaged at a time, so that the scratch row stays on the stack */

int32_t wr_abi_version(void) { return WR_ABI_VERSION; }

/* x / 255, rounded, for 0 <= x <= 65025. */
WR_INLINE uint8_t over_255(uint16_t x) {
    uint16_t t = (uint16_t)(x + 128);
    return (uint8_t)((uint16_t)(t + (t >> 8)) >> 8);
}

WR_INLINE uint8_t mix(uint8_t under, uint8_t color, uint8_t alpha) {
    return over_255((uint16_t)(under * (255 - alpha) + color * alpha));
}

WR_INLINE void scale_row(uint8_t *out, const uint8_t *alpha, int32_t count, int32_t opacity) {
    for (int32_t i = 0; i < count; i++) out[i] = over_255((uint16_t)(alpha[i] * opacity));
}

WR_INLINE int is_clear(const uint8_t *alpha) {
    uint64_t words[2];
    memcpy(words, alpha, sizeof words);
    return (words[0] | words[1]) == 0;
}

/* Moves *from past clear samples, 16 at a time, and returns where the samples to mix end. Whole runs rather than blocks
 * of 16, since compilers vectorise a loop of unknown length better than one they can unroll. */
WR_INLINE int32_t next_run(const uint8_t *alpha, int32_t *from, int32_t count) {
    int32_t i = *from;
    while (i + 16 <= count && is_clear(alpha + i)) i += 16;
    *from = i;
    while (i + 16 <= count && !is_clear(alpha + i)) i += 16;
    return i + 16 <= count ? i : count;
}

WR_INLINE void mix_row(uint8_t *restrict under, const uint8_t *restrict color, const uint8_t *restrict alpha,
                       int32_t count) {
    for (int32_t i = 0; i < count;) {
        int32_t end = next_run(alpha, &i, count);
        for (; i < end; i++) under[i] = mix(under[i], color[i], alpha[i]);
    }
}

WR_INLINE void tint_row(uint8_t *restrict under, uint8_t color, const uint8_t *restrict alpha, int32_t count) {
    for (int32_t i = 0; i < count;) {
        int32_t end = next_run(alpha, &i, count);
        for (; i < end; i++) under[i] = mix(under[i], color, alpha[i]);
    }
}

void wr_copy(const wr_planes *target, const wr_planes *source, wr_rect rect) {
    size_t width = (size_t)(rect.x1 - rect.x0), half = width / 2;
    for (int32_t y = rect.y0; y < rect.y1; y++)
        memcpy(target->y + (size_t)y * target->stride + rect.x0, source->y + (size_t)y * source->stride + rect.x0,
               width);
    for (int32_t y = rect.y0 / 2; y < rect.y1 / 2; y++) {
        size_t to = (size_t)y * target->stride_c + rect.x0 / 2, from = (size_t)y * source->stride_c + rect.x0 / 2;
        memcpy(target->u + to, source->u + from, half);
        memcpy(target->v + to, source->v + from, half);
    }
}

WR_INLINE void fill_plane(uint8_t *plane, int32_t stride, int32_t x0, int32_t y0, int32_t x1, int32_t y1, uint8_t color,
                       uint8_t alpha) {
    for (int32_t y = y0; y < y1; y++) {
        uint8_t *row = plane + (size_t)y * stride;
        if (alpha == 255)
            memset(row + x0, color, (size_t)(x1 - x0));
        else
            for (int32_t x = x0; x < x1; x++) row[x] = mix(row[x], color, alpha);
    }
}

WR_FAST void wr_fill(const wr_planes *target, wr_rect rect, int32_t y, int32_t u, int32_t v, int32_t alpha) {
    fill_plane(target->y, target->stride, rect.x0, rect.y0, rect.x1, rect.y1, (uint8_t)y, (uint8_t)alpha);
    int32_t x0 = rect.x0 / 2, y0 = rect.y0 / 2, x1 = rect.x1 / 2, y1 = rect.y1 / 2;
    fill_plane(target->u, target->stride_c, x0, y0, x1, y1, (uint8_t)u, (uint8_t)alpha);
    fill_plane(target->v, target->stride_c, x0, y0, x1, y1, (uint8_t)v, (uint8_t)alpha);
}

/* One row of `count` samples of up to two planes that share their alpha. */
WR_INLINE void sprite_row(uint8_t *under_1, const uint8_t *color_1, uint8_t *under_2, const uint8_t *color_2,
                       const uint8_t *alpha, int32_t count, int32_t opacity) {
    uint8_t scaled[CHUNK];
    for (int32_t done = 0; done < count; done += CHUNK) {
        int32_t part = count - done < CHUNK ? count - done : CHUNK;
        const uint8_t *a = alpha + done;
        if (opacity != 255) {
            scale_row(scaled, a, part, opacity);
            a = scaled;
        }
        mix_row(under_1 + done, color_1 + done, a, part);
        if (under_2) mix_row(under_2 + done, color_2 + done, a, part);
    }
}

WR_FAST void wr_blend_sprite(const wr_planes *target, const wr_sprite *sprite, int32_t at_x, int32_t at_y, wr_rect rect,
                     int32_t opacity) {
    int32_t count = rect.x1 - rect.x0;
    for (int32_t y = rect.y0; y < rect.y1; y++) {
        size_t from = (size_t)(y - at_y) * sprite->width + (size_t)(rect.x0 - at_x);
        sprite_row(target->y + (size_t)y * target->stride + rect.x0, sprite->y + from, NULL, NULL, sprite->a + from,
                   count, opacity);
    }
    int32_t half = sprite->width / 2, x0 = rect.x0 / 2;
    for (int32_t y = rect.y0 / 2; y < rect.y1 / 2; y++) {
        size_t from = (size_t)(y - at_y / 2) * half + (size_t)(x0 - at_x / 2);
        size_t to = (size_t)y * target->stride_c + x0;
        sprite_row(target->u + to, sprite->u + from, target->v + to, sprite->v + from, sprite->ca + from, count / 2,
                   opacity);
    }
}

/* Mean of 2 x 2 values of a mask for `count` chroma samples. */
WR_INLINE void mean_row(uint8_t *restrict out, const uint8_t *restrict upper, const uint8_t *restrict lower,
                     int32_t count) {
    for (int32_t i = 0; i < count; i++)
        out[i] = (uint8_t)((uint16_t)(upper[2 * i] + upper[2 * i + 1] + lower[2 * i] + lower[2 * i + 1] + 2) >> 2);
}

WR_FAST void wr_blend_mask(const wr_planes *target, const uint8_t *mask, int32_t mask_width, int32_t at_x, int32_t at_y,
                   wr_rect rect, int32_t y, int32_t u, int32_t v, int32_t opacity) {
    uint8_t scaled[2 * CHUNK], mean[CHUNK];
    for (int32_t row = rect.y0; row < rect.y1; row += 2) {
        for (int32_t x = rect.x0; x < rect.x1; x += 2 * CHUNK) {
            int32_t count = rect.x1 - x < 2 * CHUNK ? rect.x1 - x : 2 * CHUNK;
            const uint8_t *upper = mask + (size_t)(row - at_y) * mask_width + (size_t)(x - at_x);
            size_t chroma = (size_t)(row / 2) * target->stride_c + x / 2;
            for (int32_t k = 0; k < 2; k++) {
                const uint8_t *alpha = upper + (size_t)k * mask_width;
                if (opacity != 255) {
                    scale_row(scaled, alpha, count, opacity);
                    alpha = scaled;
                }
                tint_row(target->y + (size_t)(row + k) * target->stride + x, (uint8_t)y, alpha, count);
            }
            mean_row(mean, upper, upper + mask_width, count / 2);
            if (opacity != 255) scale_row(mean, mean, count / 2, opacity);
            tint_row(target->u + chroma, (uint8_t)u, mean, count / 2);
            tint_row(target->v + chroma, (uint8_t)v, mean, count / 2);
        }
    }
}

WR_FAST void wr_blend_mask_planes(const wr_planes *target, const uint8_t *mask, int32_t mask_width,
                                  const wr_planes *colors, int32_t at_x, int32_t at_y, wr_rect rect,
                                  int32_t opacity) {
    uint8_t scaled[2 * CHUNK], mean[CHUNK];
    for (int32_t row = rect.y0; row < rect.y1; row += 2) {
        for (int32_t x = rect.x0; x < rect.x1; x += 2 * CHUNK) {
            int32_t count = rect.x1 - x < 2 * CHUNK ? rect.x1 - x : 2 * CHUNK;
            const uint8_t *upper = mask + (size_t)(row - at_y) * mask_width + (size_t)(x - at_x);
            size_t to = (size_t)(row / 2) * target->stride_c + x / 2;
            size_t from = (size_t)((row - at_y) / 2) * colors->stride_c + (x - at_x) / 2;
            for (int32_t k = 0; k < 2; k++) {
                const uint8_t *alpha = upper + (size_t)k * mask_width;
                if (opacity != 255) {
                    scale_row(scaled, alpha, count, opacity);
                    alpha = scaled;
                }
                mix_row(target->y + (size_t)(row + k) * target->stride + x,
                        colors->y + (size_t)(row + k - at_y) * colors->stride + (x - at_x), alpha, count);
            }
            mean_row(mean, upper, upper + mask_width, count / 2);
            if (opacity != 255) scale_row(mean, mean, count / 2, opacity);
            mix_row(target->u + to, colors->u + from, mean, count / 2);
            mix_row(target->v + to, colors->v + from, mean, count / 2);
        }
    }
}
