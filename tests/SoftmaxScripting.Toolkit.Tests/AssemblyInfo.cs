using Xunit;

// Random streams, the thread team's size and the script's session belong to the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
