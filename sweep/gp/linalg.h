// SPDX-License-Identifier: GPL-3.0-or-later
// The few operations of BLAS and LAPACK that Gaussian processes need, on matrices that are square
// and stored by columns. Only lower triangles are read and written.
#ifndef WN_GP_LINALG_H
#define WN_GP_LINALG_H

#include <stdbool.h>
#include <stddef.h>

// a becomes its Cholesky factor; false where it is not positive definite.
bool wn_cholesky(double *a, size_t n);
// A factor becomes the inverse of the matrix it is the factor of.
void wn_cholesky_inverse(double *factor, size_t n);
// 2 sum of log of the diagonal.
double wn_cholesky_log_determinant(const double *factor, size_t n);
// The columns of b (n rows) become factor^-1 b, or factor^-T b.
void wn_solve_lower(const double *factor, size_t n, double *b, size_t columns);
void wn_solve_lower_transposed(const double *factor, size_t n, double *b, size_t columns);
// The columns of b become factor b.
void wn_multiply_lower(const double *factor, size_t n, double *b, size_t columns);
// out (a's columns by b's) = transpose of a (rows by a_columns) times b (rows by b_columns).
void wn_multiply_transposed(const double *a, const double *b, size_t rows, size_t a_columns,
                            size_t b_columns, double *out);
// out = a b, where a is symmetric, and b and out have n rows.
void wn_multiply_symmetric(const double *a, size_t n, const double *b, size_t columns, double *out);
double wn_dot(const double *a, const double *b, size_t n);

#endif
