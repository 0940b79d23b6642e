using System.Runtime.InteropServices;

namespace Esoz.Tests.Platform.Signatures;

/// <summary>Processor time of the calling thread, regardless of other load.</summary>
internal static partial class ThreadTime
{
    private const int ThreadCpuTime = 3;

    public static TimeSpan Now => GetTime(ThreadCpuTime, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick)
        : throw new InvalidOperationException("There is no clock of threads.");

    /// <summary>
    /// Asserts that an action uses no more than <paramref name="limit"/> of processor time. A slow one is retried: the garbage collector
    /// or the JIT compiler may have worked on the same thread.
    /// </summary>
    /// <param name="limit">A multiple of what a harmless action takes on this machine (<see cref="Of"/>).</param>
    /// <param name="what">Describes an action that is too slow.</param>
    public static T Within<T>(TimeSpan limit, Func<T> action, Func<string> what)
    {
        for (var attempt = 1; ; attempt++)
        {
            var started = Now;
            var result = action();
            var took = Now - started;
            if (took <= limit)
                return result;
            Assert.True(
                attempt < 5, $"{took.TotalMilliseconds:F1} ms, allowed are {limit.TotalMilliseconds:F1} ms, for {what()}");
        }
    }

    /// <summary>Processor time that an action takes on this machine in this build: the median of several.</summary>
    public static TimeSpan Of(Action action)
    {
        var times = new TimeSpan[25];
        foreach (ref var time in times.AsSpan())
        {
            var started = Now;
            action();
            time = Now - started;
        }
        Array.Sort(times);
        var median = times[times.Length / 2];
        TestContext.Current.TestOutputHelper?.WriteLine($"A harmless one takes {median.TotalMilliseconds:F2} ms.");
        return median;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
