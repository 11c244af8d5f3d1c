namespace SoftmaxScripting.Core

open System
open System.Collections.Generic
open System.Runtime.InteropServices

/// <summary>
/// One step of training as one plan: forward, loss, metrics, backward and the optimiser's update. The model and the loss
/// are traced anew in each step, so that C# control flow and captured values simply work; the plan is found by structure.
/// </summary>
/// <param name="parameters">What is trained.</param>
/// <param name="optimizer">How.</param>
/// <param name="averageDecay">
/// δ above 0 keeps a moving average a ← δa + (1 − δ)p of each parameter, which begins as the parameter (Polyak and Juditsky
/// 1992, in exponential form).
/// </param>
/// <param name="gathers">Whether gradients may be gathered over several batches for one update.</param>
[<Sealed>]
type TrainingStep
    (
        parameters: Parameter[],
        optimizer: ChainedOptimizer,
        [<Optional; DefaultParameterValue(0.0)>] averageDecay: float,
        [<Optional; DefaultParameterValue(false)>] gathers: bool
    ) =

    let count = parameters.Length
    let stateCount = optimizer.StateCount
    let averages = averageDecay > 0.0

    do
        if count = 0 then
            raise (SoftmaxException "There is nothing to train: the model has no parameters.")

        if not (averageDecay >= 0.0 && averageDecay < 1.0) then
            raise (
                SoftmaxException
                    $"The decay of the average is {averageDecay}; it must be at least 0 and below 1."
            )

    let struct (groups, groupOf) =
        optimizer.Assign(parameters |> Array.map (fun p -> p.Name))

    // What is kept for each parameter: its value, the optimiser's state, its average, its gathered gradient.
    let averageSlot = 1 + stateCount
    let gatheredSlot = averageSlot + (if averages then 1 else 0)

    let memory =
        StepMemory(
            parameters,
            [| yield "model.*"
               for name in optimizer.StateNames do
                   yield $"optimizer.*.{name.Replace(' ', '_')}"
               if averages then
                   yield "average.*"
               if gathers then
                   yield "gathered.*" |]
        )

    let mutable steps = 0L

    /// The weight of the gathered gradients.
    let mutable gathered = 0.0

    /// The values that this step handed to the parameters; anything else there was assigned from outside.
    let mutable published: Tensor[] = Array.create count null

    /// The slots that the last step wrote.
    let mutable lastWritten: int[] = [||]

    /// What the parameters were in the last step.
    let mutable before: Storage[] = Array.create count null

    let takeAssigned () =
        for i in 0 .. count - 1 do
            let value = parameters[i].Value

            if not (obj.ReferenceEquals(value, published[i])) then
                if value.IsTraced then
                    raise (
                        SoftmaxException
                            $"Parameter {parameters[i].Name} holds a traced value from an unfinished transformation."
                    )

                let own = memory.Current[i].[0]
                // The step's precision is that of its beginning, whatever the new value's.
                value.To(own.DType).Storage.CopyTo own

                if averages && steps = 0L then
                    own.CopyTo memory.Current[i].[averageSlot]

    /// Gives the parameters the present values, in the step's own memory.
    let handOut () =
        for i in 0 .. count - 1 do
            let value = Tensor(Expr.data memory.Current[i].[0] parameters[i].Value.Shape)
            published[i] <- value
            parameters[i].Value <- value

    /// Gives the parameters copies of the present values.
    let publish () =
        for i in 0 .. count - 1 do
            let value = memory.Copy(i, 0)
            published[i] <- value
            parameters[i].Value <- value

    /// Tells the chains of different optimisers apart.
    let form =
        [| for update in optimizer.Updates do
               let handle = int64 (update.GetType().TypeHandle.Value)
               int handle
               int (handle >>> 32)
               update.StateNames.Length
               update.Form.Length
               yield! update.Form
           -1
           yield! groupOf
           (if averages then 1 else 0) |]

    let variable name (storage: Storage) shape =
        Expr.variable name (Expr.data storage shape)

    /// What a function returns while the parameters are these variables.
    let traced (objective: Func<Tensor[]>) (variables: Expr[]) =
        let held = parameters |> Array.map (fun p -> p.Value)

        try
            Array.iter2 (fun (p: Parameter) v -> p.Value <- Tensor v) parameters variables
            objective.Invoke()
        finally
            Array.iter2 (fun (p: Parameter) v -> p.Value <- v) parameters held

    // The numbers of the update in the widest dtype; each parameter takes them in its own.
    let widest =
        if parameters |> Array.exists (fun p -> p.Value.DType = DType.Float64) then
            DType.Float64
        else
            DType.Float32

    let argument (value: float) =
        variable "number" (Storage.OfDouble(widest, value)) Shape.Scalar

    /// <summary>How many updates were made.</summary>
    member _.Steps = steps

    /// <summary>What the learning rate of every step is multiplied with: the value of a schedule.</summary>
    member val RateFactor = 1.0 with get, set

    /// <summary>The optimiser's state: for each parameter its tensors (velocity, …), as copies.</summary>
    member _.State: Tensor[][] =
        Array.init count (fun i -> Array.init stateCount (fun s -> memory.Copy(i, s + 1)))

    /// <summary>The moving average of each parameter, as a copy.</summary>
    /// <exception cref="T:System.InvalidOperationException">None is kept.</exception>
    member _.Averages: Tensor[] =
        if not averages then
            raise (InvalidOperationException "No averages are kept.")

        takeAssigned ()
        Array.init count (fun i -> memory.Copy(i, averageSlot))

    /// <summary>The weight of the gradients that wait for the others of their update.</summary>
    member _.GatheredWeight = gathered

    /// <summary>Copies of everything that the next steps depend on, by name.</summary>
    member _.Tensors =
        takeAssigned ()
        memory.Tensors

    /// <summary>Continues where another step was when it gave its tensors.</summary>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="stepsTaken">How many updates it had made.</param>
    /// <param name="gatheredWeight">The weight of its gathered gradients.</param>
    /// <exception cref="T:SoftmaxScripting.Core.SoftmaxException">A tensor is missing or has another shape or dtype.</exception>
    member _.Restore
        (tensors: IReadOnlyDictionary<string, Tensor>, stepsTaken: int64, gatheredWeight: float)
        =
        memory.Restore tensors
        steps <- stepsTaken
        gathered <- gatheredWeight
        publish ()

    /// <summary>
    /// Takes one step. `objective` is traced: it returns the loss (one number) first, then any further tensors to
    /// report. Their values are returned in the same order; the parameters have their new values afterwards.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">The loss is not one number.</exception>
    member this.Run(objective: Func<Tensor[]>) : Tensor[] = this.Run(objective, 1.0, true)

    /// <summary>
    /// The same for a part of the rows of an update: its gradient is gathered with this weight, and the update is made with
    /// the weighted mean of all parts when the last one is there.
    /// </summary>
    member this.Run(objective: Func<Tensor[]>, weight: float, isLast: bool) : Tensor[] =
        use _ = TimeAccount.Enter Phase.Steps

        if not (isNull Trace.Current) then
            raise (SoftmaxException "A training step cannot run inside another transformation.")

        if not (isLast || gathers) then
            raise (SoftmaxException "This training step does not gather gradients.")

        takeAssigned ()
        let shapes = parameters |> Array.map (fun p -> p.Value.Shape)

        let stepForm =
            if not isLast then StepForm.Gather
            elif gathered > 0.0 then StepForm.Finish
            else StepForm.Whole

        let kept name slot =
            Array.init count (fun i -> variable name memory.Current[i].[slot] shapes[i])

        let variables =
            Array.init count (fun i -> variable parameters[i].Name memory.Current[i].[0] shapes[i])

        let updates = stepForm <> StepForm.Gather

        let states =
            Array.init count (fun i ->
                if updates then
                    Array.init stateCount (fun s ->
                        variable "state" memory.Current[i].[s + 1] shapes[i])
                else
                    [||])

        let average =
            if averages && updates then
                kept "average" averageSlot
            else
                [||]

        let partial =
            if stepForm = StepForm.Whole then
                [||]
            else
                kept "gathered" gatheredSlot

        let rates, numbers =
            if updates then
                groups
                |> Array.map (fun g -> argument (optimizer.LearningRate * this.RateFactor * g.Rate)),
                groups
                |> Array.map (fun g ->
                    optimizer.Updates
                    |> Array.map (fun u -> u.Numbers(steps + 1L, g) |> Array.map argument))
            else
                [||], [||]

        let weights =
            match stepForm with
            | StepForm.Whole -> [||]
            | StepForm.Gather -> [| argument weight |]
            | StepForm.Finish -> [| argument weight; argument (1.0 / (gathered + weight)) |]

        let decay =
            if average.Length > 0 then
                [| argument averageDecay; argument (1.0 - averageDecay) |]
            else
                [||]

        let gather (gradients: Expr[]) =
            Array.init count (fun i ->
                let number k =
                    UpdateChain.cast variables[i].DType weights[k]

                match stepForm with
                | StepForm.Whole -> Tensor gradients[i]
                | StepForm.Gather -> Tensor partial[i] + number 0 * Tensor gradients[i]
                | StepForm.Finish ->
                    (Tensor partial[i] + number 0 * Tensor gradients[i]) * number 1)

        // The slots that the plan writes, in the order of its results.
        let written =
            if updates then
                [| 0..stateCount |]
                |> Array.append (if average.Length > 0 then [| averageSlot |] else [||])
            else
                [| gatheredSlot |]

        let results =
            Trace.Run(fun () ->
                let reported = traced objective variables
                Tracing.scalarLoss "Train" reported[0]

                let derive (roots: Expr[]) =
                    let gradients = Gradient.derive roots[0] variables |> gather

                    if not updates then
                        Array.append roots (gradients |> Array.map (fun t -> t.Expr))
                    else
                        let struct (directions, newStates) =
                            UpdateChain.apply
                                optimizer
                                parameters
                                groupOf
                                variables
                                gradients
                                states
                                numbers

                        let moved =
                            Array.init count (fun i ->
                                let p = Tensor variables[i]
                                let rate = UpdateChain.cast variables[i].DType rates[groupOf[i]]
                                p - rate * directions[i])

                        Array.append
                            roots
                            (Array.concat (
                                Array.init count (fun i ->
                                    [| if average.Length > 0 then
                                           let number k =
                                               UpdateChain.cast variables[i].DType decay[k]

                                           let mean = Tensor average[i]
                                           yield (number 0 * mean + number 1 * moved[i]).Expr
                                       yield moved[i].Expr
                                       for s in newStates[i] do
                                           yield s.Expr |])
                            ))

                let pinned =
                    Array.concat
                        [ variables
                          Array.concat states
                          average
                          partial
                          rates
                          Array.concat (Array.concat numbers)
                          weights
                          decay ]

                let request =
                    Array.concat
                        [ [| Requests.trainingStep
                             (match stepForm with
                              | StepForm.Whole -> 0
                              | StepForm.Gather -> 1
                              | StepForm.Finish -> 2)
                             count |]
                          form ]

                let roots = reported |> Array.map (fun t -> t.Expr)
                let struct (plan, leaves) = Evaluator.prepare request derive roots pinned

                let targets =
                    [| for i in 0 .. count - 1 do
                           for slot in written -> memory.Next[i].[slot] |]

                let outputs = Array.append (Array.create roots.Length null) targets
                let values = plan.Run(leaves |> Array.map Evaluator.valueOf, outputs)
                Evaluator.observe derive roots values
                // A parameter that does not take part is its own update: the plan returns its input.
                for i in 0 .. outputs.Length - 1 do
                    if
                        not (isNull outputs[i]) && not (obj.ReferenceEquals(outputs[i], values[i]))
                    then
                        values[i].CopyTo outputs[i]

                // A reported parameter is this step's input, whose memory the step after next writes over.
                Array.init roots.Length (fun i ->
                    let own =
                        if memory.Holds values[i] then
                            values[i].Copy()
                        else
                            values[i]

                    Tensor(Expr.data own reported[i].Shape)))

        before <- memory.Current |> Array.map (fun slots -> slots[0])

        for slot in written do
            memory.Advance slot

        lastWritten <- written

        if updates then
            steps <- steps + 1L
            gathered <- 0.0

            if stepForm = StepForm.Finish then
                for i in 0 .. count - 1 do
                    memory.Current[i].[gatheredSlot].Fill 0.0
        else
            gathered <- gathered + weight

        handOut ()
        results

    /// <summary>Takes the last step back, once; gradients gathered for its update are forgotten.</summary>
    member _.Undo() =
        for slot in lastWritten do
            memory.Advance slot

        if lastWritten.Length > 0 && lastWritten[0] <> gatheredSlot then
            steps <- steps - 1L

        lastWritten <- [||]
        gathered <- 0.0

        if gathers then
            for i in 0 .. count - 1 do
                memory.Current[i].[gatheredSlot].Fill 0.0

        handOut ()

    /// Where the numbers of the last step stopped being finite: what a second trace of its objective, with the parameters
    /// as they were, shows. Null where it shows nothing.
    member internal _.Diagnose(objective: Func<Tensor[]>) : NonFiniteException =
        let variables =
            Array.init count (fun i ->
                variable parameters[i].Name before[i] parameters[i].Value.Shape)

        let broken = variables |> Array.tryFind (Evaluator.valueOf >> NonFinite.isIn)

        match broken with
        | Some v -> NonFinite.ofParameter v
        | None ->
            let found =
                NonFinite.recording (fun () ->
                    Trace.Run(fun () ->
                        let reported = traced objective variables
                        NonFinite.explain (Evaluator.derivation id [| reported[0].Expr |])))

            Option.defaultValue Unchecked.defaultof<_> found

    /// <summary>
    /// Gives the parameters values of their own, which later steps do not write over. Between steps the values share
    /// memory with the step; whoever keeps one for longer calls this first.
    /// </summary>
    member _.Publish() =
        takeAssigned ()
        publish ()
