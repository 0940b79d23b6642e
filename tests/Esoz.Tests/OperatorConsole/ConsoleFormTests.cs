using Esoz.OperatorConsole;
using Esoz.Pages;

namespace Esoz.Tests.OperatorConsole;

/// <summary>Values of the forms of the console.</summary>
public sealed class ConsoleFormTests
{
    [Theory(DisplayName = "A text that no row can have, because U+0000 is in it, counts as missing")]
    [InlineData("a\0b", null)]
    [InlineData("a b", "a b")]
    public void Text(string sent, string? value) => Assert.Equal(value, new ConsoleForm(new Parameters([new("reason", sent)]))["reason"]);
}
