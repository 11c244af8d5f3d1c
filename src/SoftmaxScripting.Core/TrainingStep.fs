namespace SoftmaxScripting.Core

open System
open System.Collections.Generic

/// <summary>
/// One step of training as one plan: forward, loss, metrics, backward and the optimiser's update. The model and the loss
/// are traced anew in each step, so that C# control flow and captured values simply work; the plan is found by structure.
/// </summary>
[<Sealed>]
type TrainingStep(parameters: Parameter[], optimizer: Optimizer) =

    let count = parameters.Length

    /// Two sets of buffers in turn: the plan reads one and writes the other.
    let allocate () =
        parameters
        |> Array.map (fun p ->
            Array.init (1 + optimizer.StateCount) (fun _ ->
                let storage = Storage.Allocate(p.Value.DType, p.Value.Size)
                storage.Fill 0.0
                storage))

    let mutable current = allocate ()
    let mutable next = allocate ()

    /// The values that this step handed to the parameters; anything else there was assigned from outside.
    let mutable published: Tensor[] = Array.create count null

    let takeAssigned () =
        for i in 0 .. count - 1 do
            let value = parameters[i].Value

            if not (obj.ReferenceEquals(value, published[i])) then
                if value.IsTraced then
                    raise (
                        SoftmaxException
                            $"Parameter {parameters[i].Name} holds a traced value from an unfinished transformation."
                    )

                // The step's precision is that of its beginning, whatever the new value's.
                value.To(current[i].[0].DType).Storage.CopyTo current[i].[0]

    /// Tells the updates of different optimisers apart.
    let handle = int64 (optimizer.GetType().TypeHandle.Value)

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

    do
        if count = 0 then
            raise (SoftmaxException "There is nothing to train: the model has no parameters.")

    /// <summary>The optimiser's state: for each parameter its tensors (velocity, …), as copies.</summary>
    member _.State: Tensor[][] =
        Array.init count (fun i ->
            Array.init optimizer.StateCount (fun s ->
                Tensor(Expr.data (current[i].[s + 1].Copy()) parameters[i].Value.Shape)))

    /// <summary>
    /// Takes one step. `objective` is traced: it returns the loss (one number) first, then any further tensors to
    /// report. Their values are returned in the same order; the parameters have their new values afterwards.
    /// </summary>
    /// <exception cref="T:SoftmaxScripting.Core.ShapeException">The loss is not one number.</exception>
    member _.Run(objective: Func<Tensor[]>) : Tensor[] =
        if not (isNull Trace.Current) then
            raise (SoftmaxException "A training step cannot run inside another transformation.")

        takeAssigned ()
        let shapes = parameters |> Array.map (fun p -> p.Value.Shape)

        let variables =
            Array.init count (fun i -> variable parameters[i].Name current[i].[0] shapes[i])

        let states =
            Array.init count (fun i ->
                Array.init optimizer.StateCount (fun s ->
                    variable "state" current[i].[s + 1] shapes[i]))

        // The numbers of the update in the widest dtype; each parameter takes them in its own.
        let dtype =
            if variables |> Array.exists (fun v -> v.DType = DType.Float64) then
                DType.Float64
            else
                DType.Float32

        let scalars =
            optimizer.Numbers
            |> Array.map (fun n -> variable "number" (Storage.OfDouble(dtype, n)) Shape.Scalar)

        let results =
            Trace.Run(fun () ->
                let reported = traced objective variables
                Tracing.scalarLoss "Train" reported[0]

                let derive (roots: Expr[]) =
                    let gradients = Gradient.derive roots[0] variables

                    let updates =
                        Array.init count (fun i ->
                            let struct (value, state) =
                                optimizer.Update(
                                    Tensor variables[i],
                                    Tensor gradients[i],
                                    Array.map Tensor states[i],
                                    scalars
                                    |> Array.map (fun s ->
                                        Tensor(Build.cast variables[i].DType s))
                                )

                            Array.append
                                [| value.Expr |]
                                (state |> Array.map (fun (t: Tensor) -> t.Expr)))

                    Array.append roots (Array.concat updates)

                let pinned = Array.concat [ variables; Array.concat states; scalars ]

                let request =
                    Array.concat
                        [ [| Requests.trainingStep
                             int handle
                             int (handle >>> 32)
                             optimizer.StateCount
                             count |]
                          optimizer.Form ]

                let roots = reported |> Array.map (fun t -> t.Expr)
                let struct (plan, leaves) = Evaluator.prepare request derive roots pinned
                let outputs = Array.append (Array.create roots.Length null) (Array.concat next)
                let values = plan.Run(leaves |> Array.map Evaluator.valueOf, outputs)
                Evaluator.observe derive roots values
                // A parameter that does not take part is its own update: the plan returns its input.
                for i in 0 .. outputs.Length - 1 do
                    if
                        not (isNull outputs[i]) && not (obj.ReferenceEquals(outputs[i], values[i]))
                    then
                        values[i].CopyTo outputs[i]

                // A reported parameter is this step's input, whose memory the step after next writes over.
                let isBuffer (storage: Storage) =
                    current
                    |> Array.exists (Array.exists (fun s -> obj.ReferenceEquals(s, storage)))

                Array.init roots.Length (fun i ->
                    let own = if isBuffer values[i] then values[i].Copy() else values[i]
                    Tensor(Expr.data own reported[i].Shape)))

        let before = current
        current <- next
        next <- before

        for i in 0 .. count - 1 do
            let value = Tensor(Expr.data current[i].[0] shapes[i])
            published[i] <- value
            parameters[i].Value <- value

        results

    /// Where the numbers of the last step stopped being finite: what a second trace of its objective, with the parameters
    /// as they were, shows. Null where it shows nothing.
    member internal _.Diagnose(objective: Func<Tensor[]>) : NonFiniteException =
        // The step has read what is now to be written next.
        let variables =
            Array.init count (fun i ->
                variable parameters[i].Name next[i].[0] parameters[i].Value.Shape)

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
        for i in 0 .. count - 1 do
            let value = Tensor(Expr.data (current[i].[0].Copy()) parameters[i].Value.Shape)
            published[i] <- value
            parameters[i].Value <- value
