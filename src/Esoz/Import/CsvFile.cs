using System.Text;

namespace Esoz.Import;

/// <summary>A record of a CSV file and the line on which it begins.</summary>
public sealed record CsvRecord(int Line, IReadOnlyList<string> Fields);

/// <summary>
/// Reads CSV as RFC 4180 has it: fields between commas, quoted ones may hold commas, line ends and doubled quotes; lines end with CR LF or
/// LF. Empty lines are passed over.
/// </summary>
public static class CsvFile
{
    /// <exception cref="ImportFailedException">A quote stands where none may, or is never closed.</exception>
    public static IEnumerable<CsvRecord> Read(TextReader text, string source)
    {
        var (line, begins) = (1, 1);
        List<string> fields = [];
        var field = new StringBuilder();
        var (isQuoted, wasQuoted) = (false, false);

        for (var next = text.Read(); next >= 0; next = text.Read())
        {
            var c = (char)next;
            if (isQuoted)
            {
                if (c == '\n')
                    line++;
                if (c != '"')
                    field.Append(c);
                else if (text.Peek() == '"')
                    field.Append((char)text.Read());
                else
                    (isQuoted, wasQuoted) = (false, true);
            }
            else if (c == '"')
            {
                if (field.Length > 0 || wasQuoted)
                    throw new ImportFailedException([$"{source}:{line}: a quote stands inside a field that does not begin with one"]);
                isQuoted = true;
            }
            else if (c == ',')
            {
                EndField();
            }
            else if (c == '\n' || (c == '\r' && text.Peek() == '\n'))
            {
                if (c == '\r')
                    text.Read();
                if (fields.Count > 0 || field.Length > 0 || wasQuoted)
                    yield return EndRecord();
                begins = ++line;
            }
            else if (wasQuoted)
            {
                throw new ImportFailedException([$"{source}:{line}: text follows the closing quote of a field"]);
            }
            else
            {
                field.Append(c);
            }
        }
        if (isQuoted)
            throw new ImportFailedException([$"{source}:{begins}: a quote is never closed"]);
        if (fields.Count > 0 || field.Length > 0 || wasQuoted)
            yield return EndRecord();

        void EndField()
        {
            fields.Add(field.ToString());
            field.Clear();
            wasQuoted = false;
        }

        CsvRecord EndRecord()
        {
            EndField();
            var record = new CsvRecord(begins, fields);
            fields = [];
            return record;
        }
    }
}
