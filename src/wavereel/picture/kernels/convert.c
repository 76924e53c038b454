/* From RGB to BT.709 limited-range 4:2:0, with dither, and resampling of sprites.
 *
 * Matrix of ITU-R BT.709-6 section 3, quantised as in its section 4 for 8 bits: Y = 16 + 219 E'y, C = 128 + 224 E'c. */
#include "kernels.h"

/* Weights in Q24 for components of 16 bits (value / 65535). Grey has no chroma exactly, and white is 235. */
static const int32_t Y_16[3] = {11919, 40098, 4048};
static const int32_t U_16[3] = {-6570, -22102, 28672};
static const int32_t V_16[3] = {28672, -26043, -2629};

/* Steps of the R2 low-discrepancy sequence (Roberts 2018): 2^32 / g and 2^32 / g^2, g the plastic number. */
#define DITHER_X 3242174889u
#define DITHER_Y 2447445414u

WR_INLINE uint32_t threshold(uint32_t x, uint32_t y, uint32_t shift) {
    return (x * DITHER_X + y * DITHER_Y + shift) >> 8;
}

WR_INLINE uint32_t weigh(const int32_t w[3], uint32_t r, uint32_t g, uint32_t b) {
    return (uint32_t)w[0] * r + (uint32_t)w[1] * g + (uint32_t)w[2] * b;
}

WR_INLINE uint8_t clip(uint32_t value, uint32_t low, uint32_t high) {
    return (uint8_t)(value < low ? low : value > high ? high : value);
}

void wr_rgb16_to_planes(const wr_planes *target, const uint16_t *rgb, int32_t dither) {
    const uint32_t half = 1u << 23;
    for (int32_t y = 0; y < target->height; y++) {
        const uint16_t *p = rgb + (size_t)y * target->width * 3;
        uint8_t *out = target->y + (size_t)y * target->stride;
        for (int32_t x = 0; x < target->width; x++, p += 3) {
            uint32_t t = dither ? threshold((uint32_t)x, (uint32_t)y, 0) : half;
            out[x] = clip((weigh(Y_16, p[0], p[1], p[2]) + (16u << 24) + t) >> 24, 16, 235);
        }
    }
    for (int32_t y = 0; y < target->height / 2; y++) {
        const uint16_t *p = rgb + (size_t)y * 2 * target->width * 3, *q = p + (size_t)target->width * 3;
        uint8_t *u = target->u + (size_t)y * target->stride_c, *v = target->v + (size_t)y * target->stride_c;
        for (int32_t x = 0; x < target->width / 2; x++, p += 6, q += 6) {
            uint32_t r = ((uint32_t)p[0] + p[3] + q[0] + q[3] + 2) >> 2;
            uint32_t g = ((uint32_t)p[1] + p[4] + q[1] + q[4] + 2) >> 2;
            uint32_t b = ((uint32_t)p[2] + p[5] + q[2] + q[5] + 2) >> 2;
            uint32_t t_u = dither ? threshold((uint32_t)x, (uint32_t)y, 0x55555555u) : half;
            uint32_t t_v = dither ? threshold((uint32_t)x, (uint32_t)y, 0xAAAAAAAAu) : half;
            u[x] = clip((weigh(U_16, r, g, b) + (128u << 24) + t_u) >> 24, 16, 240);
            v[x] = clip((weigh(V_16, r, g, b) + (128u << 24) + t_v) >> 24, 16, 240);
        }
    }
}

WR_INLINE uint8_t rounded(const int32_t w[3], uint32_t r, uint32_t g, uint32_t b, uint32_t offset, uint32_t high) {
    return clip((weigh(w, r * 257, g * 257, b * 257) + (offset << 24) + (1u << 23)) >> 24, 16, high);
}

void wr_rgba_to_sprite(const uint8_t *rgba, int32_t width, int32_t height, uint8_t *y, uint8_t *u, uint8_t *v,
                       uint8_t *a, uint8_t *ca) {
    for (size_t i = 0; i < (size_t)width * height; i++) {
        const uint8_t *p = rgba + 4 * i;
        y[i] = rounded(Y_16, p[0], p[1], p[2], 16, 235);
        a[i] = p[3];
    }
    for (int32_t row = 0; row < height / 2; row++) {
        const uint8_t *p = rgba + (size_t)row * 2 * width * 4, *q = p + (size_t)width * 4;
        for (int32_t x = 0; x < width / 2; x++, p += 8, q += 8) {
            size_t i = (size_t)row * (width / 2) + x;
            uint32_t sum = (uint32_t)p[3] + p[7] + q[3] + q[7];
            uint32_t mean[3] = {0, 0, 0};
            if (sum)
                for (int32_t k = 0; k < 3; k++) {
                    uint32_t color = (uint32_t)p[k] * p[3] + (uint32_t)p[k + 4] * p[7] + (uint32_t)q[k] * q[3] +
                                     (uint32_t)q[k + 4] * q[7];
                    mean[k] = (color + sum / 2) / sum;
                }
            u[i] = rounded(U_16, mean[0], mean[1], mean[2], 128, 240);
            v[i] = rounded(V_16, mean[0], mean[1], mean[2], 128, 240);
            ca[i] = (uint8_t)((sum + 2) >> 2);
        }
    }
}

/* Bilinear, weighted by alpha, clear outside. Output sample i takes source position start + i * step, in Q16 samples,
 * where whole numbers are centres of samples. */
void wr_resample(const uint8_t *values, const uint8_t *alpha, int32_t width, int32_t height, uint8_t *out,
                 uint8_t *out_alpha, int32_t out_width, int32_t out_height, int32_t start_x, int32_t start_y,
                 int32_t step) {
    for (int32_t row = 0; row < out_height; row++) {
        int32_t fy = start_y + row * step, sy = fy >> 16, wy = (fy >> 8) & 255;
        for (int32_t col = 0; col < out_width; col++) {
            int32_t fx = start_x + col * step, sx = fx >> 16, wx = (fx >> 8) & 255;
            uint32_t sum = 0;
            uint64_t color = 0;
            for (int32_t k = 0; k < 4; k++) {
                int32_t x = sx + (k & 1), y = sy + (k >> 1);
                if (x < 0 || y < 0 || x >= width || y >= height) continue;
                uint32_t weight = (uint32_t)((k & 1 ? wx : 256 - wx) * (k >> 1 ? wy : 256 - wy));
                size_t i = (size_t)y * width + x;
                uint32_t covered = weight * alpha[i];
                sum += covered;
                color += (uint64_t)covered * values[i];
            }
            size_t o = (size_t)row * out_width + col;
            out_alpha[o] = (uint8_t)((sum + 32768) >> 16);
            out[o] = (uint8_t)(sum ? (color + sum / 2) / sum : 0);
        }
    }
}
