/* Intervals: SPEC 3.2, 3.6.  Quantiles come from the GNU Scientific Library. */
#include "stats_blind.h"
#include "stats_pairs.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static const double upper = .975; /* of a two-sided interval of 95 % */

void stats_icc_intervals(double between, double within, size_t n, size_t k,
                         struct stats_interval *single, struct stats_interval *mean)
{
    double rows = (double)n - 1, cells = (double)n * ((double)k - 1), others = (double)k - 1;
    *single = *mean = (struct stats_interval){NAN, NAN};
    if (n < 2 || k < 2 || !(within > 0))
        return;
    double low = between / within / gsl_cdf_fdist_Pinv(upper, rows, cells);
    double high = between / within * gsl_cdf_fdist_Pinv(upper, cells, rows);
    *single = (struct stats_interval){(low - 1) / (low + others), (high - 1) / (high + others)};
    if (low > 0)
        *mean = (struct stats_interval){1 - 1 / low, 1 - 1 / high};
}

struct stats_interval stats_share_interval(size_t some, size_t all)
{
    double n = (double)all, share = (double)some / n, z = gsl_cdf_ugaussian_Pinv(upper);
    double middle = share + z * z / (2 * n),
           spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    double scale = 1 + z * z / n;
    if (all == 0)
        return (struct stats_interval){NAN, NAN};
    return (struct stats_interval){fmax(0, (middle - spread) / scale),
                                   fmin(1, (middle + spread) / scale)};
}
