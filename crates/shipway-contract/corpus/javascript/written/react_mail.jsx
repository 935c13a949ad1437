import { render } from "@react-email/render";

const { BRAND_NAME = "Shop", BRAND_URL } = process.env;

function Mail({ name }) {
  return (
    <html lang="en">
      <body style={{ color: process.env.BRAND_COLOUR || "black" }}>
        <p>
          Dear {name}, don't forget {BRAND_NAME}: it's at <a href={BRAND_URL}>{BRAND_URL}</a>.
        </p>
        <img src={process.env.LOGO_URL} alt="process.env.LOGO_TEXT" />
      </body>
    </html>
  );
}

export const handler = async (event) => render(<Mail name={event.name} />);
