using Esoz.BulkExport.Snapshots;

namespace Esoz.Tests.BulkExport.Snapshots;

/// <summary>Which transactions the former snapshot cannot have seen.</summary>
public sealed class LateWritesTests
{
    [Theory(DisplayName = "A transaction is unseen when it was running at the former snapshot, or began to write after it")]
    [InlineData("100:100:", "120:120:", 99, false)]
    [InlineData("100:100:", "120:120:", 100, true)]
    [InlineData("100:100:", "120:120:", 119, true)]
    [InlineData("100:100:", "120:120:", 120, false)]
    [InlineData("90:100:90,97", "120:120:", 89, false)]
    [InlineData("90:100:90,97", "120:120:", 90, true)]
    [InlineData("90:100:90,97", "120:120:", 91, false)]
    [InlineData("90:100:90,97", "120:120:", 97, true)]
    [InlineData("100:100:", "100:100:", 100, false)]
    // Rows have the low half only: 2³² + 10 is 10.
    [InlineData("4294967290:4294967290:", "4294967310:4294967310:", 4294967289, false)]
    [InlineData("4294967290:4294967290:", "4294967310:4294967310:", 4294967290, true)]
    [InlineData("4294967290:4294967290:", "4294967310:4294967310:", 10, true)]
    [InlineData("4294967290:4294967290:", "4294967310:4294967310:", 14, false)]
    // A dump was restored: its rows were written anew.
    [InlineData("5000:5000:", "700:700:", 650, true)]
    // More than 2³² transactions later nobody can tell.
    [InlineData("100:100:", "9000000000:9000000000:", 50, true)]
    public void Unseen(string former, string now, uint writer, bool expected) =>
        Assert.Equal(expected, new LateWrites(DateTime.UtcNow, former, now).IsUnseen(writer));
}
