using System.Buffers;
using System.Globalization;
using System.Text;

namespace AgentApprovals.Domain.Json;

/// <summary>Numbers as ECMAScript writes them (ECMA-262, Number::toString with radix 10), which RFC 8785 prescribes.</summary>
internal static class EcmaNumber
{
    public static void Write(IBufferWriter<byte> to, double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "JSON has no such number.");
        // The common case by far; also turns -0 into 0, as the scheme wants.
        if (Math.Abs(value) < 1e15 && Math.Truncate(value) == value)
        {
            Span<byte> digits = stackalloc byte[20];
            ((long)value).TryFormat(digits, out var written, default, CultureInfo.InvariantCulture);
            to.Write(digits[..written]);
            return;
        }

        to.Write(Encoding.ASCII.GetBytes(Format(value)));
    }

    /// <summary>The shortest digits that read back as the same number, set out by the specification's five cases.</summary>
    internal static string Format(double value)
    {
        if (value == 0)
            return "0";
        var sign = value < 0 ? "-" : "";
        var (digits, exponent) = Shortest(Math.Abs(value));
        var k = digits.Length;
        var n = exponent + 1;
        if (k <= n && n <= 21)
            return sign + digits + new string('0', n - k);
        if (n is > 0 and <= 21)
            return $"{sign}{digits[..n]}.{digits[n..]}";
        if (n is > -6 and <= 0)
            return $"{sign}0.{new string('0', -n)}{digits}";
        var e = n - 1;
        var mantissa = k == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return $"{sign}{mantissa}e{(e < 0 ? "-" : "+")}{Math.Abs(e).ToString(CultureInfo.InvariantCulture)}";
    }

    private static (string Digits, int Exponent) Shortest(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa.Length : point;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), exponent + whole - 1 - leading);
    }
}
