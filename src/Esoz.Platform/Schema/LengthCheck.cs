using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Platform.Schema;

/// <summary>The keywords <c>minLength</c> and <c>maxLength</c>: the length is the number of Unicode code points.</summary>
internal sealed class LengthCheck(int min, int max) : Check
{
    public override void Evaluate(JsonElement value, ref Faults faults)
    {
        if (value.ValueKind != JsonValueKind.String)
            return;
        var actual = CodePoints(JsonText.Utf8Of(value));
        if (actual > max)
            faults.Add("length", "expected value to have a maximum length of %{max} but was %{actual}", ("max", max), ("actual", actual));
        if (actual < min)
            faults.Add("length", "expected value to have a minimum length of %{min} but was %{actual}", ("min", min), ("actual", actual));
    }

    private static int CodePoints(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var unit in utf8)
        {
            if ((unit & 0b1100_0000) != 0b1000_0000)
                count++;
        }

        return count;
    }
}
