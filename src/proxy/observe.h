// Writes what a proxy reported into the rows: the only writer of the observed members of load balancing rows.
// Pure: changes rows through the Tx and does nothing else. On the state thread.
#pragma once

#include "proxy/port.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Applies an observation. Rows that are gone, registered anew or moved on by themselves are left alone; repeating it
/// changes nothing. A resource on its way out becomes DELETED only if it still is on its way out.
Status observe_proxy(Tx& tx, const ProxyObservation& seen);

/// The part of an observation that differs from the rows it was made from: empty when there is nothing to write.
ProxyObservation news_in(const ProxyView& view, const ProxyObservation& seen);

}  // namespace roadstead
