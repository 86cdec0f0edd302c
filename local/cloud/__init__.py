"""The local cloud: ministack in our own process, with what it has no setting for.

| module          | adds                                                                |
|-----------------|---------------------------------------------------------------------|
| `server`        | settings, guard, serving on 127.0.0.1, an orderly end                |
| `state`         | snapshots into one SQLite file, so that a kill loses seconds at most |
| `alarms`        | alarms on queries, without effect                                    |
| `environments`  | execution environments that notice changed sources                   |
| `encryption`    | rights to a KMS key that depend on what is encrypted                 |
| `firewall`      | the association of a firewall with a stage                           |
| `formation`     | secrets that are known by their ARN                                  |
| `gateway`       | the gateway's answers as AWS gives them                              |
| `statemachines` | choices that compare with what a path leads to                       |

Names of ministack's that are not its public face are touched here and nowhere else; this is why
the version is pinned exactly.
"""
