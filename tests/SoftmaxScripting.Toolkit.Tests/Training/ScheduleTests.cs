using SoftmaxScripting.Core;
using Xunit;
using static SoftmaxScripting.Toolkit.Prelude;

namespace SoftmaxScripting.Toolkit.Tests;

public sealed class ScheduleTests
{
    private static double[] At(Schedule schedule, double epochs, params double[] moments) =>
        [.. moments.Select(epoch => schedule.At(new TrainingMoment((long)(epoch * 100), epoch, epochs)))];

    private static void Near(double[] expected, double[] actual) =>
        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-12);

    [Fact]
    public void Schedules_have_the_values_of_their_formulas()
    {
        Near([1, 1, 1], At(Schedule.Constant, 10, 0, 5, 10));
        Near([1, 1, 0.1, 0.1, 0.01], At(Schedule.Steps(0.1, every: 3), 10, 0, 2.9, 3, 5.9, 6));
        Near([1, 0.5, 0.5, 0.25], At(Schedule.Milestones(0.5, 2, 7), 10, 1.9, 2, 6, 7));
        Near([1, 1, 0.9, 0.81], At(Schedule.Exponential(0.9), 10, 0, 0.5, 1, 2.5));
        Near([1, 0.55 + 0.45 * Math.Sqrt(0.5), 0.55, 0.1], At(Schedule.Cosine(0.1), 8, 0, 2, 4, 8));
        Near([1, 0.75, 0.5], At(Schedule.Linear(0.5), 8, 0, 4, 8));
        Near([0, 0.25, 1, 1], At(Schedule.WarmUp(2, first: 0), 8, 0, 0.5, 2, 5));
        Near([0.04, 0.52, 1, 2e-6 + 0.5, 4e-6], At(Schedule.OneCycle(), 10, 0, 1.5, 3, 6.5, 10));
        Near([1, 0.5], At(Schedule.By(moment => 1 / (1 + moment.Epoch)), 8, 0, 1));
    }

    [Fact]
    public void Schedules_follow_one_another_and_are_multiplied()
    {
        var both = Schedule.WarmUp(2, first: 0).Then(Schedule.Cosine());
        Near([0, 0.5, 1, 0.5, 0], At(both, 10, 0, 1, 2, 6, 10));
        var three = Schedule.Constant.For(1).Then(Schedule.Linear(0.5).For(2)).Then(Schedule.Exponential(0.1));
        Near([1, 0.75, 1, 0.1], At(three, 10, 0.5, 2, 3.5, 4));
        Near([0, 0.25, 0.25, 0.125], At(Schedule.WarmUp(2, first: 0) * Schedule.Steps(0.5, 1), 10, 0, 1, 2, 3));
        Assert.Throws<SoftmaxException>(() => Schedule.Cosine().Then(Schedule.Constant));
    }

    [Fact]
    public void Numbers_that_make_no_sense_are_refused()
    {
        Assert.Throws<SoftmaxException>(() => Schedule.Steps(0, 1));
        Assert.Throws<SoftmaxException>(() => Schedule.Steps(0.1, 0));
        Assert.Throws<SoftmaxException>(() => Schedule.Cosine(2));
        Assert.Throws<SoftmaxException>(() => Schedule.WarmUp(0));
        Assert.Throws<SoftmaxException>(() => Schedule.OneCycle(rising: 1));
        var error = Assert.Throws<SoftmaxException>(() => At(Schedule.By(_ => double.NaN), 1, 0.5));
        Assert.Contains("after 0.5 epochs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_takes_every_step_with_the_scheduled_rate_and_keeps_it_in_the_history()
    {
        var model = Sequential(Linear(1, 1, Initializer.Zeros));
        var x = Tensor.Ones(4, 1);
        var rates = new List<double>();
        var data = Datasets.FromTensors(x, x);
        var history = Train(
            model, data, (p, _) => -p.Mean(), Sgd(0.5), epochs: 3, batchSize: 2, quiet: true,
            callbacks: [new Rates(rates)], schedule: Schedule.By(moment => (moment.Step + 1) * (1 + moment.Epoch)));
        // The factor before step s = 0, 1, … is (s + 1)(1 + s/2).
        double[] expected = [.. Enumerable.Range(0, 6).Select(s => 0.5 * (s + 1) * (1 + s / 2.0))];
        Assert.Equal(expected, rates);
        Assert.Equal(expected.Sum(), model.Parameters[0].Value.Item(), 1e-5);
        Assert.Equal([expected[1], expected[3], expected[5]], history.Epochs.Select(epoch => epoch.LearningRate));
    }

    private sealed class Rates(List<double> rates) : Callback
    {
        public override void BatchEnd(TrainingRun run) => rates.Add(run.LearningRate);
    }
}
