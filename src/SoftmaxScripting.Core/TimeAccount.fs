namespace SoftmaxScripting.Core

open System
open System.Diagnostics
open System.Threading

/// What the time of a run is spent on, besides the rest.
type internal Phase =
    /// Whatever is not named below.
    | Rest = 0
    /// Finding the script and what is known of it.
    | Lookup = 1
    /// Compiling the script.
    | Compilation = 2
    /// Reading, fetching or drawing data.
    | Data = 3
    /// Deriving, rewriting and scheduling what is met for the first time.
    | Planning = 4
    /// Training steps, first runs of new code included.
    | Steps = 5
    /// Judging the test rows.
    | Judging = 6

/// Where the time goes, each moment to one phase: a phase within another takes its time from it. One thread at a time
/// is followed, the one that entered first; what others do meanwhile is no time of its own.
[<AbstractClass; Sealed>]
type internal TimeAccount private () =

    static let spent: int64[] = Array.zeroCreate 7
    static let mutable owner = 0
    static let mutable current = Phase.Rest
    static let mutable since = 0L

    static let change phase =
        let now = Stopwatch.GetTimestamp()
        spent[int current] <- spent[int current] + now - since
        current <- phase
        since <- now

    /// Enters a phase until the result is disposed.
    static member Enter(phase: Phase) : Spell =
        let me = Environment.CurrentManagedThreadId

        if Interlocked.CompareExchange(&owner, me, 0) = 0 then
            since <- Stopwatch.GetTimestamp()
            change phase
            new Spell(Phase.Rest, true, true)
        elif owner = me then
            let before = current
            change phase
            new Spell(before, true, false)
        else
            new Spell(Phase.Rest, false, false)

    /// The time spent so far in phases that were left.
    static member Spent(phase: Phase) : TimeSpan =
        Stopwatch.GetElapsedTime(0L, spent[int phase])

    static member internal Leave(before: Phase, isLast: bool) =
        change before

        if isLast then
            Volatile.Write(&owner, 0)

/// A phase that was entered.
and [<Struct>] internal Spell(before: Phase, counts: bool, isLast: bool) =

    interface IDisposable with
        member _.Dispose() =
            if counts then
                TimeAccount.Leave(before, isLast)
